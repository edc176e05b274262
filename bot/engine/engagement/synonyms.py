"""English words that say the same in questions, a group a line. Written for live events: organisation, technique, business, health.

Words are compared by their stem, so each stands here once. A word belongs to one group; the first one wins.
"""

from __future__ import annotations

ASKING = "how when why who where what which"
IDLE = """
a an the is are was were be been being am do does did doing can could will would should shall may might must has have
had having i me my we us our you your he she it its they them their this that these those of in on at to for from by
with about as into after before and or but if so than then there here whom whose any some no not s t re ll ve m d im
youre its
"""
"""Words that only hold a sentence together."""
LIGHT = """
possible likely able more most less least much many very too also only just even still yet ever never always already really
actually way ways thing things people person someone somebody anyone anybody everyone everybody something anything everything
one ones two other others another each every both good better best bad worse worst new old long short big small great high low
first last next own same different such like get gets got getting gotten make makes made making take takes took taken taking go
goes going went gone come comes came coming give gives given want wants wanted need needs needed use uses used using know knows
known think thinks thought see seen say says said tell told look looks find found keep let put try tries tried work works now
today currently right again back up down out over under off through during between before since until while because due world
life time times day days week weeks month months year years part kind type types sort lot lots bit amount number reason reasons
happen happens happened become becomes cause causes caused mean means change changes dont doesnt didnt isnt arent wasnt werent
cant couldnt wont wouldnt shouldnt havent hasnt hadnt please question ask me anyway maybe perhaps well vs versus etc per via
around within without against among
"""
"""Common words: they tell a little."""

GROUPS = """
die death dead deadly kill lethal fatal fatality mortality toll
begin start origin originate source come appear emerge found arise launch
end over finish stop conclude ending close
get catch contract infect infection infectious acquire receive exposed exposure caught
spread transmit transmission pass contagious airborne carrier carry
protect protection prevent prevention avoid safe safety precaution guard shield
prepare preparation ready preparedness plan
cure treat treatment heal medicine medication drug remedy therapy antiviral
vaccine vaccinate vaccination immunization jab
immune immunity antibody resistant resistance
symptom sign
sick ill illness disease unwell suffer flu cold
doctor hospital medical nurse staff healthcare clinic physician icu
test diagnose diagnosis detect kit screen screened
live survive survival alive stay exist existence
hot heat warm temperature weather climate summer winter freeze freezer sun humid humidity season
long duration length last lasting forever permanent irreversible time while years
effect affect impact influence consequence outcome hit change
hurt damage harm injure destroy
money economy economic financial finance market stock recession gdp trade industry
company business firm startup enterprise airline restaurant corporate
job employment employee employer career salary work working worker office
animal pet dog cat bat wildlife
child kid baby infant young teen teenager boy girl
old elderly age senior aged
pregnant pregnancy unborn
woman women female man men male gender
family household house home relative
price cost fee charge pay expensive cheap afford purchase buy order free paid
travel trip flight fly plane airport vacation holiday tourism journey
help support assist assistance aid donate
fix repair solve resolve solution
see watch view look visible
say tell mention speak talk discuss announce
make create produce develop manufacture build invent engineered made
large big huge major massive
small little tiny minor
serious severe severity bad worse worst dangerous danger risk risky harmful
worry scare afraid fear panic concern anxious anxiety stress cope hysteria nervous worried
good positive benefit beneficial blessing best great advantage upside better
many count total amount rate percent percentage approximately
again return back relapse reinfected repeat twice
name call term genus scientific
true real truth truthful actual correct accurate
fake hoax false myth conspiracy rumor misconception lie
weapon weaponized bioweapon bioterrorism purposely purpose deliberate
china chinese wuhan
recover recovery recuperate
mask facemask face
wash clean sanitizer disinfect soap hygiene
food eat meat grocery vegetable fruit meal lunch catering
predict prediction future forecast expect long-term eventually
need require requirement necessary must
country nation nationwide world global globally worldwide international
government federal president political republican democrat politician trump
quarantine isolation isolate lockdown shutdown
school university college student class teacher course lesson education
learn teach taught discover discovery realize
wait arrive arrival delivery deliver ship shipping track receive
refund reimburse reimbursement
cancel cancellation revoke
lose lost stolen missing steal
link url website site page address
record recording replay rewatch ondemand playback
slide deck presentation handout pdf material
audio sound hear volume mic microphone mute loud quiet
video picture image camera screen stream
slow lag delay freeze buffering stuck
login signin log sign password register registration signup account
join enter access attend participate
schedule agenda program timetable programme
speaker presenter host moderator panelist
question ask answer reply
certificate badge proof credential
download save export
share send forward
contact reach email phone
different difference differ differentiate vary compare versus distinguish distinction
same similar alike like resemble
pandemic epidemic outbreak
virus pathogen corona coronavirus
possible possibility able likely chance probability
person people human someone somebody anyone everybody
suspect think believe opinion feel
step way method tip technique approach
fault blame accountable responsible responsibility penalty penalize
data information info detail
language translate translation subtitle caption english german
mobile app phone android ios tablet
update upgrade release version new latest
activate enable turn
limit maximum max restrict restriction cap
country region area location place
exchange convert conversion currency
transfer wire payment transaction
card debit credit
wrong incorrect mistake error fail failed declined reject problem issue trouble
identity verify verification
topup top-up topped deposit
withdraw withdrawal cash atm
"""
