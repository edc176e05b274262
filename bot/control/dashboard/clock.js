// The bot's time, and times in words. In a rehearsal the bot's clock may run faster than ours, so its pace is learned too.

let base = null; // {bot, ours} of the newest status, in seconds
let pace = 1;

const ours = () => performance.now() / 1000;

/** Learns from the bot's `now` (seconds since 1970), as it stands in each status. */
export function learn(now) {
  const here = ours();
  if (base && here - base.ours > 0.5) {
    const seen = (now - base.bot) / (here - base.ours);
    pace = Math.abs(seen - 1) < 0.2 ? 1 : Math.max(0, seen);
  }
  if (!base || here - base.ours > 0.5) base = { bot: now, ours: here };
}

/** The bot's time now, in seconds since 1970. */
export function now() {
  return base ? base.bot + (ours() - base.ours) * pace : Date.now() / 1000;
}

/** How long something took or takes: 0.3 s, 12 s, 4:05, 2 h 10 min. */
export function length(seconds) {
  const whole = Math.round(Math.max(0, seconds));
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} min`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Without tenths: for what is counted down. */
export const left = (seconds) => length(Math.max(10, seconds) === 10 ? Math.ceil(Math.max(0, seconds)) : seconds).replace(".0", "");

/** How long ago, in steps that do not flicker. */
export function ago(at) {
  const seconds = Math.max(0, now() - at);
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${Math.floor(seconds / 5) * 5} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min ago`;
}

const HOURS = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** The time of day here, 14:03:27. */
export const clock = (at) => HOURS.format(new Date(at * 1000));
