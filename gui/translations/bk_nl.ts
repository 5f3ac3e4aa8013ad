<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="nl_NL" sourcelanguage="en">
<context>
    <name>BrainKaraoke</name>
    <message>
        <location filename="../arrivals.py"/>
        <source>Features (z-scored high gamma)</source>
        <translation>Features (z-gescoorde high gamma)</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>Close the window?</source>
        <translation>Venster sluiten?</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>The voice is muted. The session itself goes on, and is recorded, without this window.</source>
        <translation>De stem is gedempt. De sessie zelf gaat door en wordt opgenomen, zonder dit venster.</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>Without a window nobody sees what goes wrong, and there is no panic button.
The way back:  python -m gui --control {control}</source>
        <translation>Zonder venster ziet niemand wat er misgaat, en er is geen paniekknop.
Zo komt u terug:  python -m gui --control {control}</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>Keep the window</source>
        <translation>Venster houden</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>Close it, session goes on</source>
        <translation>Sluiten, sessie gaat door</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>End the session</source>
        <translation>Sessie beëindigen</translation>
    </message>
    <message>
        <location filename="../commands.py"/>
        <source>unmute: dropped, a panic came after it; still muted, ask again</source>
        <translation>stem aan: vervallen, er kwam een PANIC na; nog steeds gedempt, vraag het opnieuw</translation>
    </message>
    <message>
        <location filename="../commands.py"/>
        <source>{command}: done in {ms:.0f} ms</source>
        <translation>{command}: klaar in {ms:.0f} ms</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>as recorded</source>
        <translation>zoals opgenomen</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>bipolar</source>
        <translation>bipolair</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>shaft average</source>
        <translation>gemiddelde per elektrode</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>common average</source>
        <translation>gemiddelde van alle</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>cannot tell shafts from these labels</source>
        <translation>kan uit deze labels geen elektroden opmaken</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>an average needs two brain channels</source>
        <translation>een gemiddelde heeft twee hersenkanalen nodig</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>from {hz:g} Hz</source>
        <translation>vanaf {hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>up to {hz:g} Hz</source>
        <translation>tot {hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>without {hz:g} Hz</source>
        <translation>zonder {hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the next control, the one before; Enter presses it, arrows change it</source>
        <translation>het volgende bedieningselement, het vorige; Enter drukt erop, pijltjes veranderen het</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>everything larger, smaller, as usual</source>
        <translation>alles groter, kleiner, gewoon</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>light or dark</source>
        <translation>licht of donker</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Report: look into any recording</source>
        <translation>Verslag: een opname bekijken, welke ook</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>in a recording that is looked into: play its sound, or the decoded voice; again stops</source>
        <translation>in een opname die wordt bekeken: haar geluid of de gedecodeerde stem afspelen; nogmaals stopt</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>T, held</source>
        <translation>T, ingedrukt</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>let the voice out, where the session is held to talk</source>
        <translation>stem doorlaten, als de sessie op spreken met toets staat</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>click on a channel's name</source>
        <translation>klik op de naam van een kanaal</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>mask it, or unmask it</source>
        <translation>maskeren, of weer meenemen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>wheel</source>
        <translation>muiswiel</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>scroll channels</source>
        <translation>door de kanalen bladeren</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + muiswiel</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>size of the traces</source>
        <translation>grootte van de signalen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Shift + wheel</source>
        <translation>Shift + muiswiel</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>size of the trace under the mouse</source>
        <translation>grootte van het spoor onder de muis</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Ctrl</source>
        <translation>Ctrl</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Shift</source>
        <translation>Shift</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Space</source>
        <translation>Spatie</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>PgUp</source>
        <translation>PgUp</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>PgDown</source>
        <translation>PgDn</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Home</source>
        <translation>Home</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>End</source>
        <translation>End</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Up</source>
        <translation>Omhoog</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Down</source>
        <translation>Omlaag</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>or</source>
        <translation>of</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Keys</source>
        <translation>Toetsen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the steps: {steps}</source>
        <translation>de stappen: {steps}</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>PANIC MUTE, from anywhere</source>
        <translation>PANIC: STIL, overal in het venster</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>mute or unmute, as the button says</source>
        <translation>stem dempen of aanzetten, zoals de knop zegt</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>release what holds the sound, as the button says</source>
        <translation>vrijgeven wat het geluid tegenhoudt, zoals de knop zegt</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>louder by 1 dB</source>
        <translation>1 dB harder</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>softer by 1 dB</source>
        <translation>1 dB zachter</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>write a marker (Enter sends it)</source>
        <translation>een marker schrijven (Enter verstuurt)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>note: sends the text, or begins one (Enter sends it)</source>
        <translation>notitie: verstuurt de tekst, of begint een nieuwe (Enter verstuurt)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the last events with their whole texts</source>
        <translation>de laatste gebeurtenissen met hun hele tekst</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>channels: mask one, take a baseline</source>
        <translation>kanalen: maskeren, basislijn opnemen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>next condition</source>
        <translation>volgende conditie</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>channels before</source>
        <translation>vorige kanalen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>channels after</source>
        <translation>volgende kanalen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>traces: next montage, on the screen only</source>
        <translation>sporen: volgende montage, alleen op het scherm</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>traces: montage and filters, on the screen only</source>
        <translation>sporen: montage en filters, alleen op het scherm</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>choose the trace above (or click on it)</source>
        <translation>het spoor erboven kiezen (of erop klikken)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>choose the trace below</source>
        <translation>het spoor eronder kiezen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the chosen trace twice as large</source>
        <translation>het gekozen spoor twee keer zo groot</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the chosen trace half as large</source>
        <translation>het gekozen spoor half zo groot</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>all traces to one scale again (or double click on one)</source>
        <translation>alle sporen weer op één schaal (of dubbelklik op één)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pause the pictures, or let them run on; the session goes on</source>
        <translation>beelden stilzetten of laten doorlopen; de sessie gaat door</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pictures: half a window back, up to 5 minutes</source>
        <translation>beelden: een half venster terug, tot 5 minuten</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pictures: half a window forth</source>
        <translation>beelden: een half venster vooruit</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pictures: as far back as there are any</source>
        <translation>beelden: zo ver terug als mogelijk</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pictures: back to now</source>
        <translation>beelden: terug naar nu</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>time cursor to the left (or point with the mouse)</source>
        <translation>tijdcursor naar links (of wijs met de muis)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>time cursor to the right</source>
        <translation>tijdcursor naar rechts</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>high gamma by shaft: show it, or put it away</source>
        <translation>high gamma per elektrode: tonen of wegdoen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>spectrum of the channels on the screen: show it, or put it away</source>
        <translation>spectrum van de kanalen op het scherm: tonen of wegdoen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>end the session (twice)</source>
        <translation>sessie beëindigen (tweemaal)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>this list</source>
        <translation>deze lijst</translation>
    </message>
    <message>
        <location filename="../look_back.py"/>
        <source>PAUSED: {seconds:.0f} s ago</source>
        <translation>STILGEZET: {seconds:.0f} s geleden</translation>
    </message>
    <message>
        <location filename="../look_back.py"/>
        <source>{seconds:.2f} s ago</source>
        <translation>{seconds:.2f} s geleden</translation>
    </message>
    <message>
        <location filename="../microphone.py"/>
        <source>loading what computes its mel</source>
        <translation>wat het mel berekent wordt geladen</translation>
    </message>
    <message>
        <location filename="../microphone.py"/>
        <source>cannot be shown: {error}</source>
        <translation>kan niet worden getoond: {error}</translation>
    </message>
    <message>
        <location filename="../panels/attention.py"/>
        <source>now</source>
        <translation>nu</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>RUNNING</source>
        <translation>LOOPT</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>MUTED</source>
        <translation>GEDEMPT</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>HELD</source>
        <translation>INGEHOUDEN</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>STARTING</source>
        <translation>START</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>DATA STALE</source>
        <translation>DATA TE OUD</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>SIGNAL LOST</source>
        <translation>SIGNAAL WEG</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>NO SOUND</source>
        <translation>GEEN GELUID</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>STOPPED</source>
        <translation>GESTOPT</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>ENGINE NOT ANSWERING</source>
        <translation>ENGINE ANTWOORDT NIET</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>WAITING FOR AN ENGINE</source>
        <translation>WACHT OP EEN ENGINE</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>PANIC NOT CONFIRMED</source>
        <translation>PANIC NIET BEVESTIGD</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>voice is on</source>
        <translation>de stem staat aan</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>decoding goes on, nothing is heard</source>
        <translation>het decoderen gaat door, er is niets te horen</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>the session keeps the sound back: see the faults</source>
        <translation>de sessie houdt het geluid tegen: zie de storingen</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>the first frames are on their way</source>
        <translation>de eerste frames zijn onderweg</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>signals are too old: the voice is faded out</source>
        <translation>de signalen zijn te oud: de stem is weggefaded</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>no samples from the electrodes: the voice is off</source>
        <translation>geen samples van de elektroden: de stem is uit</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>the sound card is gone: nothing is heard</source>
        <translation>de geluidskaart is weg: er is niets te horen</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>the session has ended</source>
        <translation>de sessie is afgelopen</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>no status from the engine: what is shown is old</source>
        <translation>geen status van de engine: wat u ziet is oud</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>no session on this network yet; looking for one all the time</source>
        <translation>nog geen sessie in dit netwerk; er wordt steeds gezocht</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>turn the loudspeaker off, or pull its plug; the engine is asked again and again</source>
        <translation>zet de luidspreker uit of trek de stekker eruit; de engine wordt steeds opnieuw gevraagd</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>State of the session</source>
        <translation>Toestand van de sessie</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>SIMULATED</source>
        <translation>SIMULATIE</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>NOT RECORDING</source>
        <translation>GEEN OPNAME</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Drift and masks of the channels</source>
        <translation>Drift en maskers van de kanalen</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Channels</source>
        <translation>Kanalen</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Mask a channel or take it back; take a new baseline</source>
        <translation>Een kanaal maskeren of terugnemen; een nieuwe basislijn opnemen</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Mask a channel, or take a baseline (Ctrl+T; or click a channel's name)</source>
        <translation>Een kanaal maskeren of een basislijn opnemen (Ctrl+T; of klik op de naam van een kanaal)</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Unmask {label}</source>
        <translation>{label} weer meenemen</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Mask {label}: the decoder does without it</source>
        <translation>{label} maskeren: de decoder doet het zonder</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Baseline of 2 minutes</source>
        <translation>Basislijn van 2 minuten</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>End the baseline</source>
        <translation>Basislijn beëindigen</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Give the baseline up</source>
        <translation>Basislijn opgeven</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Undo the recalibration</source>
        <translation>Herkalibratie ongedaan maken</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Mask {label}</source>
        <translation>{label} maskeren</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>baseline: {seconds:.0f} s</source>
        <translation>basislijn: {seconds:.0f} s</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>recalibrated</source>
        <translation>geherkalibreerd</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>drift</source>
        <translation>drift</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source> and {n} more</source>
        <translation> en nog {n}</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>masked {few}</source>
        <translation>gemaskeerd {few}</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>blinded: the picture of the voice is hidden</source>
        <translation>geblindeerd: het beeld van de stem is verborgen</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>Condition of the experiment</source>
        <translation>Conditie van het experiment</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>Change</source>
        <translation>Wijzigen</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>Another condition. F6: the next one.</source>
        <translation>Een andere conditie. F6: de volgende.</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>next</source>
        <translation>volgende</translation>
    </message>
    <message>
        <location filename="../panels/contamination.py"/>
        <source>nobody listens</source>
        <translation>niemand luistert mee</translation>
    </message>
    <message>
        <location filename="../panels/contamination.py"/>
        <source>Contamination</source>
        <translation>Contaminatie</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Silence at once. Space or Esc from anywhere in the window.</source>
        <translation>Direct stil. Spatie of Esc, overal in het venster.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Panic mute</source>
        <translation>PANIC, direct stil</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Unmute</source>
        <translation>Stem aan</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Fade the voice in or out. Ctrl+M.</source>
        <translation>De stem in- of uitfaden. Ctrl+M.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Volume of the voice. Ctrl+Up, Ctrl+Down.</source>
        <translation>Volume van de stem. Ctrl+Omhoog, Ctrl+Omlaag.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Gain in dB</source>
        <translation>Versterking in dB</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Gain</source>
        <translation>Volume</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>0 dB</source>
        <translation>0 dB</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Mark</source>
        <translation>Marker</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Put the text on record as a marker of now. Enter.</source>
        <translation>De tekst vastleggen als marker van nu. Enter.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Note</source>
        <translation>Notitie</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Put the text on record as a note on the moment at which it was begun. Ctrl+N.</source>
        <translation>De tekst vastleggen als notitie bij het moment waarop u hem begon. Ctrl+N.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Let the sound out again that the session keeps back: see the faults above. Ctrl+R.</source>
        <translation>Het geluid weer doorlaten dat de sessie tegenhoudt: zie de storingen hierboven. Ctrl+R.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Release the sound that is held</source>
        <translation>Tegengehouden geluid vrijgeven</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>End session</source>
        <translation>Stop sessie</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>End session and recording; asks for a second click. Ctrl+E, twice.</source>
        <translation>Sessie en opname beëindigen; vraagt een tweede klik. Ctrl+E, tweemaal.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Mute</source>
        <translation>Dempen</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Release: {hold}
Ctrl+R</source>
        <translation>Vrijgeven: {hold}
Ctrl+R</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Click again to end</source>
        <translation>Klik nog eens</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>PANIC MUTE</source>
        <translation>PANIC: STIL</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Space  or  Esc</source>
        <translation>Spatie  of  Esc</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>Montage</source>
        <translation>Montage</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>High-pass</source>
        <translation>Hoogdoorlaat</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>Low-pass</source>
        <translation>Laagdoorlaat</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>Notch, with its multiples</source>
        <translation>Sperfilter, met veelvouden</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>none</source>
        <translation>geen</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>algorithmic</source>
        <translation>algoritmisch</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Lookahead and frame length that the method itself needs; exact.</source>
        <translation>Vooruitblik en framelengte die de methode zelf nodig heeft; exact.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>filter group delay</source>
        <translation>groepslooptijd filter</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Delay of the band-pass in the middle of its band.</source>
        <translation>Vertraging van het bandfilter in het midden van zijn band.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>measured</source>
        <translation>gemeten</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Computation, buffers and sound device together.</source>
        <translation>Rekenen, buffers en geluidsapparaat samen.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>  of it buffer</source>
        <translation>  daarvan buffer</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Sound waiting in front of the card.</source>
        <translation>Geluid dat voor de kaart wacht.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>  of it device</source>
        <translation>  daarvan apparaat</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>What the sound card says of itself.</source>
        <translation>Wat de geluidskaart van zichzelf zegt.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>decoder's lead</source>
        <translation>voorsprong decoder</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>How far ahead of its signals the decoder was trained to speak.</source>
        <translation>Hoe ver de decoder vóór zijn signalen leerde spreken.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>features</source>
        <translation>features</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>decoder</source>
        <translation>decoder</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>vocoder</source>
        <translation>vocoder</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>total</source>
        <translation>totaal</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>gaps</source>
        <translation>gaten</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Interruptions of the incoming stream.</source>
        <translation>Onderbrekingen van de binnenkomende stream.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>dropped</source>
        <translation>vervallen</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Samples skipped to catch up with the present.</source>
        <translation>Samples die zijn overgeslagen om bij te blijven.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>underruns</source>
        <translation>haperingen</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Times that the sound card ran out of sound.</source>
        <translation>Keren dat de geluidskaart zonder geluid zat.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>limited</source>
        <translation>begrensd</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Samples held down to the ceiling.</source>
        <translation>Samples die tot het plafond zijn begrensd.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Age of data in ms</source>
        <translation>Ouderdom van de data in ms</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Latency, ms</source>
        <translation>Latentie, ms</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Delay of the filters in the middle of each band, and half of what it is taken over.</source>
        <translation>Vertraging van de filters in het midden van elke band, plus de helft van de duur waarover gemiddeld wordt.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>limit {limit:.0f} ms</source>
        <translation>grens {limit:.0f} ms</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>further bands: {late}</source>
        <translation>overige banden: {late}</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Stages, ms</source>
        <translation>Stappen, ms</translation>
    </message>
    <message>
        <location filename="../panels/log.py"/>
        <source>Events</source>
        <translation>Gebeurtenissen</translation>
    </message>
    <message>
        <location filename="../panels/log.py"/>
        <source>Click: the whole text. Ctrl+J: the last events with theirs.</source>
        <translation>Klik: de hele tekst. Ctrl+J: de laatste gebeurtenissen met hun tekst.</translation>
    </message>
    <message>
        <location filename="../panels/log.py"/>
        <source>nothing so far</source>
        <translation>nog niets</translation>
    </message>
    <message>
        <location filename="../panels/marker_field.py"/>
        <source>Marker: what just happened?  Enter sends it, Esc is panic</source>
        <translation>Marker: wat gebeurde er net?  Enter verstuurt, Esc is PANIC</translation>
    </message>
    <message>
        <location filename="../panels/marker_field.py"/>
        <source>Note: on what is going on.  Enter sends it, Esc is panic</source>
        <translation>Notitie: over wat er gaande is.  Enter verstuurt, Esc is PANIC</translation>
    </message>
    <message>
        <location filename="../panels/marker_field.py"/>
        <source>Ctrl+K, then Enter: a marker. Ctrl+N, then Enter: a note.</source>
        <translation>Ctrl+K, dan Enter: een marker. Ctrl+N, dan Enter: een notitie.</translation>
    </message>
    <message>
        <location filename="../panels/marker_field.py"/>
        <source>Text of a marker or a note</source>
        <translation>Tekst van een marker of notitie</translation>
    </message>
    <message>
        <location filename="../panels/microphone_mel.py"/>
        <source>{name} · same bands and colours as the decoded one</source>
        <translation>{name} · banden en kleuren als het gedecodeerde</translation>
    </message>
    <message>
        <location filename="../panels/panic_answer.py"/>
        <source>No answer within {seconds:g} s.</source>
        <translation>Geen antwoord binnen {seconds:g} s.</translation>
    </message>
    <message>
        <location filename="../panels/panic_answer.py"/>
        <source>panic: the engine says that it is muted</source>
        <translation>PANIC: de engine zegt dat ze gedempt is</translation>
    </message>
    <message>
        <location filename="../panels/panic_answer.py"/>
        <source>PANIC NOT CONFIRMED, turn the loudspeaker off. {why}</source>
        <translation>PANIC NIET BEVESTIGD, zet de luidspreker uit. {why}</translation>
    </message>
    <message>
        <location filename="../panels/shaft_map.py"/>
        <source>High gamma by shaft</source>
        <translation>High gamma per elektrode</translation>
    </message>
    <message>
        <location filename="../panels/shaft_map.py"/>
        <source>no features yet</source>
        <translation>nog geen features</translation>
    </message>
    <message>
        <location filename="../panels/shaft_map.py"/>
        <source>−{limit:g} to {limit:g} training deviations, mean of {ms:.0f} ms</source>
        <translation>−{limit:g} tot {limit:g} SD van de training, gemiddelde van {ms:.0f} ms</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source>mains {mains:g} Hz: {above:.0f} dB above what is beside it</source>
        <translation>netbrom {mains:g} Hz: {above:.0f} dB boven de omgeving</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source>no mains stands out</source>
        <translation>geen netbrom te zien</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source>Spectrum</source>
        <translation>Spectrum</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source>not enough signal yet</source>
        <translation>nog te weinig signaal</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source> · one channel of {every}</source>
        <translation> · één op {every} kanalen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>{n} rows</source>
        <translation>{n} rijen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Channels on the screen</source>
        <translation>Kanalen op het scherm</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Seconds on the screen</source>
        <translation>Seconden op het scherm</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Which channels are shown</source>
        <translation>Welke kanalen getoond worden</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Size of the traces</source>
        <translation>Grootte van de signalen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>own scale</source>
        <translation>eigen schaal</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Every channel to its own size</source>
        <translation>Elk kanaal op zijn eigen grootte</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Previous channels (Page up, wheel)</source>
        <translation>Vorige kanalen (PgUp, muiswiel)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Next channels (Page down, wheel)</source>
        <translation>Volgende kanalen (PgDn, muiswiel)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Smaller traces (Ctrl + wheel)</source>
        <translation>Kleinere signalen (Ctrl + muiswiel)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Larger traces (Ctrl + wheel)</source>
        <translation>Grotere signalen (Ctrl + muiswiel)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Channels before</source>
        <translation>Vorige kanalen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Channels after</source>
        <translation>Volgende kanalen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Smaller traces</source>
        <translation>Kleinere signalen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Larger traces</source>
        <translation>Grotere signalen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>auto</source>
        <translation>auto</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Choose the sensitivity from the signals</source>
        <translation>De gevoeligheid uit de signalen kiezen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>pause</source>
        <translation>pauze</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Let the pictures stand, or run on (Ctrl+P); the session goes on</source>
        <translation>De beelden stilzetten of laten doorlopen (Ctrl+P); de sessie gaat door</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Half a window back, up to 5 minutes (Ctrl+Left)</source>
        <translation>Een half venster terug, tot 5 minuten (Ctrl+Links)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Half a window forth, at last to now (Ctrl+Right)</source>
        <translation>Een half venster vooruit, op het laatst tot nu (Ctrl+Rechts)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Earlier</source>
        <translation>Eerder</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Later</source>
        <translation>Later</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Pause the pictures</source>
        <translation>De beelden stilzetten</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>map</source>
        <translation>kaart</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>High gamma by shaft, beside the figures (Ctrl+H)</source>
        <translation>High gamma per elektrode, naast de cijfers (Ctrl+H)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>spectrum</source>
        <translation>spectrum</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Spectrum of the channels on the screen, with mains (Ctrl+F)</source>
        <translation>Spectrum van de kanalen op het scherm, met netbrom (Ctrl+F)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>display</source>
        <translation>beeld</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Montage and filters, on the screen only (Ctrl+D; Ctrl+B: next montage)</source>
        <translation>Montage en filters, alleen op het scherm (Ctrl+D; Ctrl+B: volgende montage)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>{n} channels · {sfreq:g} Hz · {name}</source>
        <translation>{n} kanalen · {sfreq:g} Hz · {name}</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>{first}–{last} of {n}</source>
        <translation>{first}–{last} van {n}</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>units</source>
        <translation>eenheden</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>display: as recorded ({what}: loading)</source>
        <translation>beeld: zoals opgenomen ({what}: wordt geladen)</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>display: as recorded ({why})</source>
        <translation>beeld: zoals opgenomen ({why})</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>display: {what} ({why})</source>
        <translation>beeld: {what} ({why})</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>display: {what}</source>
        <translation>beeld: {what}</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>no raw signals</source>
        <translation>geen ruwe signalen</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>cannot be made: {error}</source>
        <translation>kan niet worden gemaakt: {error}</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>as it is heard: after gain, mute and limiter</source>
        <translation>zoals het klinkt: na versterking, demping en begrenzer</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>peak {peak:.0f} dBFS</source>
        <translation>piek {peak:.0f} dBFS</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>silent</source>
        <translation>stil</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>dB SPL not calibrated</source>
        <translation>dB SPL niet gekalibreerd</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>{level:.0f} dB SPL (A, 1 s), at most {loudest:.0f}</source>
        <translation>{level:.0f} dB SPL (A, 1 s), hoogstens {loudest:.0f}</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>held down by {limiting:.0f} dB</source>
        <translation>{limiting:.0f} dB begrensd</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>as it is heard: {parts}</source>
        <translation>zoals het klinkt: {parts}</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>{word!r} has no clip: listening needs a sound file in every line</source>
        <translation>{word!r} heeft geen clip: luisteren vraagt een geluidsbestand in elke regel</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>{clip}: no sound file ({error})</source>
        <translation>{clip}: geen geluidsbestand ({error})</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>{clip}: {duration:.1f} s; expected a clip of up to {longest:.0f} s</source>
        <translation>{clip}: {duration:.1f} s; verwacht een clip van hoogstens {longest:.0f} s</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>the clip cannot be played ({error!r})</source>
        <translation>de clip kan niet worden afgespeeld ({error!r})</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>{path}: no sound file ({error})</source>
        <translation>{path}: geen geluidsbestand ({error})</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>pause, or go on (Record)</source>
        <translation>pauze, of verder (Opnemen)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>the trial on the page, else the one before, is bad (Record)</source>
        <translation>de trial op de pagina, anders de vorige, is slecht (Opnemen)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>it is good after all (Record)</source>
        <translation>hij is toch goed (Opnemen)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>take the last verdict back (Record)</source>
        <translation>het laatste oordeel terugnemen (Opnemen)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Start the recorder, then the prompts</source>
        <translation>De recorder starten, daarna de prompts</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Pause  P</source>
        <translation>Pauze  P</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Pause: a word on the page is aborted and comes again (P)</source>
        <translation>Pauze: een woord op de pagina wordt afgebroken en komt terug (P)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Stop</source>
        <translation>Stop</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>End the prompts and the recording; the file is read back</source>
        <translation>Prompts en opname beëindigen; het bestand wordt teruggelezen</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Bad  B</source>
        <translation>Slecht  B</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>The trial on the page, else the one before, is bad (B)</source>
        <translation>De trial op de pagina, anders de vorige, is slecht (B)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Good  G</source>
        <translation>Goed  G</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>It is good after all (G)</source>
        <translation>Hij is toch goed (G)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Undo  U</source>
        <translation>Terug  U</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Take the last verdict back (U)</source>
        <translation>Het laatste oordeel terugnemen (U)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Show page</source>
        <translation>Pagina tonen</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Show the participant's page as a window on the chosen screen</source>
        <translation>De pagina voor de deelnemer als venster tonen op het gekozen scherm</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Full screen</source>
        <translation>Schermvullend</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Fill the chosen screen with the participant's page</source>
        <translation>Het gekozen scherm vullen met de pagina voor de deelnemer</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Screen of the participant's page</source>
        <translation>Scherm voor de pagina van de deelnemer</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>What is shown now</source>
        <translation>Wat nu te zien is</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>What is to be done</source>
        <translation>Wat er te doen is</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Screen {n}: {width}×{height}</source>
        <translation>Scherm {n}: {width}×{height}</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>○ not recording</source>
        <translation>○ geen opname</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>no trial yet</source>
        <translation>nog geen trial</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Recorder</source>
        <translation>Recorder</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>File</source>
        <translation>Bestand</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Streams</source>
        <translation>Streams</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Trials</source>
        <translation>Trials</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Enough</source>
        <translation>Genoeg</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Good trials of each word</source>
        <translation>Goede trials per woord</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>{rate:.0f} of {announced:.0f} a second</source>
        <translation>{rate:.0f} van {announced:.0f} per seconde</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>{n} in all</source>
        <translation>{n} in totaal</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>, GONE</source>
        <translation>, WEG</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>{n:,} samples</source>
        <translation>{n:,} samples</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>, ended before the recording</source>
        <translation>, gestopt vóór de opname</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>and {more} more</source>
        <translation>en nog {more}</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>markers: {sent} sent, {markers} in the file</source>
        <translation>markers: {sent} verstuurd, {markers} in het bestand</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>{n_good} good, {n_bad} bad; {minutes:.1f} min</source>
        <translation>{n_good} goed, {n_bad} slecht; {minutes:.1f} min</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>✓ enough</source>
        <translation>✓ genoeg</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source> … ({n} words)</source>
        <translation> … ({n} woorden)</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>exit code {code}</source>
        <translation>exitcode {code}</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>✕ RECORDER HANGS: no word for {silent_s:.1f} s; nothing may be in the file</source>
        <translation>✕ RECORDER HANGT: al {silent_s:.1f} s geen bericht; misschien komt er niets in het bestand</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>● REC</source>
        <translation>● REC</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>… checking the file</source>
        <translation>… het bestand wordt nagekeken</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>… waiting for the streams</source>
        <translation>… wacht op de streams</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>✓ saved, read back and complete</source>
        <translation>✓ opgeslagen, teruggelezen en volledig</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>✕ RECORDER ENDED: {why}</source>
        <translation>✕ RECORDER GESTOPT: {why}</translation>
    </message>
    <message>
        <location filename="../record/layout.py"/>
        <source>Settings</source>
        <translation>Instellingen</translation>
    </message>
    <message>
        <location filename="../record/layout.py"/>
        <source>Recorded</source>
        <translation>Opgenomen</translation>
    </message>
    <message>
        <location filename="../record/layout.py"/>
        <source>What the participant sees</source>
        <translation>Wat de deelnemer ziet</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>learn meanwhile</source>
        <translation>intussen leren</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Learn a decoder while it is recorded, behind all else: no sample depends on it</source>
        <translation>Tijdens de opname een decoder leren, na al het andere: geen sample hangt ervan af</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>go on from the decoder in use</source>
        <translation>verdergaan met de decoder in gebruik</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Begin with the participant's decoder, not with nothing: by label, as far as it helps</source>
        <translation>Beginnen met de decoder van de deelnemer, niet met niets: op label, zover het helpt</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Going on or from scratch</source>
        <translation>Verdergaan of vanaf nul</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>More minutes</source>
        <translation>Meer minuten</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Scores so far</source>
        <translation>Scores tot nu toe</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Learning</source>
        <translation>Leren</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Use this decoder</source>
        <translation>Deze decoder gebruiken</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>The participant's sessions decode with what was learnt while it was recorded</source>
        <translation>Sessies van de deelnemer decoderen met wat tijdens de opname is geleerd</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>In use</source>
        <translation>In gebruik</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>the profile has no microphone: nothing can be learnt meanwhile</source>
        <translation>het profiel heeft geen microfoon: intussen kan niets worden geleerd</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>learnt, and not scored yet: Train judges it</source>
        <translation>geleerd, en nog niet beoordeeld: dat doet Trainen</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>ending: what was learnt becomes a decoder</source>
        <translation>bijna klaar: wat is geleerd wordt een decoder</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>learning, behind all else</source>
        <translation>leert, na al het andere</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>going on or from scratch: cannot be told yet</source>
        <translation>verdergaan of vanaf nul: nog niet te zeggen</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>going on is better than from scratch</source>
        <translation>verdergaan is beter dan vanaf nul</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>going on is WORSE than from scratch</source>
        <translation>verdergaan is SLECHTER dan vanaf nul</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>going on or from scratch: no difference</source>
        <translation>verdergaan of vanaf nul: geen verschil</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>STOP: the microphone is in the electrodes</source>
        <translation>STOP: de microfoon zit in de elektroden</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>enough: yes</source>
        <translation>genoeg: ja</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>enough: no</source>
        <translation>genoeg: nee</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>{speech:.0f} s of speech in {seconds:.0f} s</source>
        <translation>{speech:.0f} s spraak in {seconds:.0f} s</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>r inside speech {r:.2f} (chance up to {limit:.2f})</source>
        <translation>r binnen spraak {r:.2f} (toeval tot {limit:.2f})</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>loudness taken off {r:.2f} ({limit:.2f})</source>
        <translation>zonder luidheid {r:.2f} ({limit:.2f})</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>Learning meanwhile</source>
        <translation>Intussen leren</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>the page of the step says more</source>
        <translation>de pagina van de stap zegt meer</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>silence</source>
        <translation>stilte</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>{good} good trials so far</source>
        <translation>{good} goede trials tot nu toe</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>recording: {what}</source>
        <translation>neemt op: {what}</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>saved, but {lacking}</source>
        <translation>opgeslagen, maar {lacking}</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>record another run</source>
        <translation>neem nog een ronde op</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>no list of words</source>
        <translation>geen woordenlijst</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>choose one, or the task Silence</source>
        <translation>kies er een, of de taak Stilte</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>nothing is recorded yet</source>
        <translation>er is nog niets opgenomen</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>press Start</source>
        <translation>druk op Start</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>a recording is under way: end it in Record first</source>
        <translation>er loopt een opname: beëindig die eerst in Opnemen</translation>
    </message>
    <message>
        <location filename="../record/panel.py"/>
        <source>SIMULATED: the replay ended with code {replayed}; press Start again</source>
        <translation>GESIMULEERD: het afspelen eindigde met code {replayed}; druk weer op Start</translation>
    </message>
    <message>
        <location filename="../record/panel.py"/>
        <source>Go on  P</source>
        <translation>Verder  P</translation>
    </message>
    <message>
        <location filename="../record/participant_window.py"/>
        <source>BrainKaraoke: participant</source>
        <translation>BrainKaraoke: deelnemer</translation>
    </message>
    <message>
        <location filename="../record/plan.py"/>
        <source>SIMULATED: a recording is replayed once and ends the run; its words are not those that are shown</source>
        <translation>GESIMULEERD: een opname wordt één keer afgespeeld en beëindigt de ronde; de woorden erin zijn niet die welke getoond worden</translation>
    </message>
    <message>
        <location filename="../record/plan.py"/>
        <source>no list: choose a CSV file with a column word</source>
        <translation>geen lijst: kies een CSV-bestand met een kolom word</translation>
    </message>
    <message>
        <location filename="../record/plan.py"/>
        <source>no font shows {listed}: install one (Noto)</source>
        <translation>geen lettertype toont {listed}: installeer er een (Noto)</translation>
    </message>
    <message>
        <location filename="../record/prompt_run.py"/>
        <source>the sound card did not say when the clip began: its markers bear the program's time</source>
        <translation>de geluidskaart zei niet wanneer de clip begon: de markers hebben de tijd van het programma</translation>
    </message>
    <message>
        <location filename="../record/prompt_run.py"/>
        <source>the participant's page is not painted: markers bear the program's time, not the screen's</source>
        <translation>de pagina voor de deelnemer wordt niet getekend: markers hebben de tijd van het programma, niet die van het scherm</translation>
    </message>
    <message>
        <location filename="../record/recorder_process.py"/>
        <source>the recorder cannot be started ({error}); check {folder}</source>
        <translation>de recorder kan niet starten ({error}); kijk naar {folder}</translation>
    </message>
    <message>
        <location filename="../record/recording.py"/>
        <source>{markers} of {sent} markers are in {file}; keep it apart</source>
        <translation>{markers} van {sent} markers zitten in {file}; houd het apart</translation>
    </message>
    <message>
        <location filename="../record/recording.py"/>
        <source>the recorder hangs: no word for {silent_s:.1f} s</source>
        <translation>de recorder hangt: al {silent_s:.1f} s geen bericht</translation>
    </message>
    <message>
        <location filename="../record/recording.py"/>
        <source>the recorder ended: {why}</source>
        <translation>de recorder is gestopt: {why}</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>SIMULATED: the recording that is replayed is over, and with it the run; go on to Train</source>
        <translation>GESIMULEERD: de afgespeelde opname is afgelopen, en daarmee de ronde; ga door naar Trainen</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>saved, but under {seconds:g} s: too short to train on; more repeats make a run longer</source>
        <translation>opgeslagen, maar korter dan {seconds:g} s: te kort om op te trainen; meer herhalingen maken een ronde langer</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>saved: go on to Train, or record another run</source>
        <translation>opgeslagen: ga door naar Trainen, of neem nog een ronde op</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>waiting until brain signal, markers and every expected stream are in the file; nothing is shown before</source>
        <translation>wacht tot hersensignaal, markers en elke verwachte stream in het bestand zijn; eerder wordt niets getoond</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>pause after a word</source>
        <translation>pauze na een woord</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>BREAK: P goes on</source>
        <translation>PAUZE: P gaat verder</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>PAUSED: P goes on</source>
        <translation>STILGEZET: P gaat verder</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>word</source>
        <translation>woord</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>cross</source>
        <translation>kruis</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>silence: {seconds:.0f} s left</source>
        <translation>stilte: nog {seconds:.0f} s</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>{kind}{word}; {n} to show</source>
        <translation>{kind}{word}; nog {n} te tonen</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>enough: Stop ends the recording</source>
        <translation>genoeg: Stop beëindigt de opname</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>choose a list of words</source>
        <translation>kies een woordenlijst</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>Start shows the page, records every stream and then begins</source>
        <translation>Start toont de pagina, neemt elke stream op en begint dan</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Repeats</source>
        <translation>Herhalingen</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>How many times the list is shown</source>
        <translation>Hoe vaak de lijst getoond wordt</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Seed</source>
        <translation>Startgetal</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>The same seed gives the same order and the same jitter</source>
        <translation>Hetzelfde startgetal geeft dezelfde volgorde en dezelfde spreiding</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Cross</source>
        <translation>Kruis</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Seconds of the fixation cross before a word</source>
        <translation>Seconden van het fixatiekruis vóór een woord</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Word</source>
        <translation>Woord</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Seconds that a word stays on the page</source>
        <translation>Seconden dat een woord op de pagina staat</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Pause</source>
        <translation>Pauze</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Seconds of the empty page after a word</source>
        <translation>Seconden lege pagina na een woord</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Jitter</source>
        <translation>Spreiding</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Up to so many seconds more of cross and pause</source>
        <translation>Tot zoveel seconden langer kruis en pauze</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Break every</source>
        <translation>Pauze na</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Trials between two breaks; 0: none</source>
        <translation>Trials tussen twee pauzes; 0: geen</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Enough: each</source>
        <translation>Genoeg: elk</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Good trials of every word that are enough; 0: not asked</source>
        <translation>Goede trials van elk woord die genoeg zijn; 0: niet gevraagd</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Enough: minutes</source>
        <translation>Genoeg: minuten</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Minutes of good trials that are enough; 0: not asked</source>
        <translation>Minuten goede trials die genoeg zijn; 0: niet gevraagd</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source> trials</source>
        <translation> trials</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Silence: {seconds:.0f} seconds of baseline in which nobody speaks</source>
        <translation>Stilte: {seconds:.0f} seconden basislijn waarin niemand spreekt</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Speaking</source>
        <translation>Spreken</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Listening</source>
        <translation>Luisteren</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Silence</source>
        <translation>Stilte</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Dark</source>
        <translation>Donker</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Light</source>
        <translation>Licht</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Task</source>
        <translation>Taak</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>no list</source>
        <translation>geen lijst</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Choose…</source>
        <translation>Kiezen…</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>A CSV file with a column word, and where there are any clip and group</source>
        <translation>Een CSV-bestand met een kolom word, en waar nodig clip en group</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Random order</source>
        <translation>Willekeurige volgorde</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Show bad ones again</source>
        <translation>Slechte opnieuw tonen</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>The order comes from the seed; without, the list is shown as it is</source>
        <translation>De volgorde komt uit het startgetal; zonder wordt de lijst getoond zoals ze is</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Words whose trial was bad come once more at the end</source>
        <translation>Woorden met een slechte trial komen aan het eind nog een keer</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Record to a file of its own</source>
        <translation>Opnemen in een eigen bestand</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Without: another recorder (a session's, LabRecorder) keeps the markers</source>
        <translation>Zonder: een andere recorder (die van een sessie, LabRecorder) bewaart de markers</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Page</source>
        <translation>Pagina</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Ground of the participant's page</source>
        <translation>Achtergrond van de pagina voor de deelnemer</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>List</source>
        <translation>Lijst</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>List of words or sentences</source>
        <translation>Lijst met woorden of zinnen</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Lists (*.csv *.tsv *.txt)</source>
        <translation>Lijsten (*.csv *.tsv *.txt)</translation>
    </message>
    <message>
        <location filename="../record/simulated.py"/>
        <source>the simulated amplifier cannot be started ({error})</source>
        <translation>de gesimuleerde versterker kan niet starten ({error})</translation>
    </message>
    <message>
        <location filename="../report/facts.py"/>
        <source>simulated or not: cannot tell</source>
        <translation>gesimuleerd of niet: niet te zeggen</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>a session runs: nothing is read, decoded or played meanwhile, so that it does not suffer</source>
        <translation>er loopt een sessie: intussen wordt niets gelezen, gedecodeerd of afgespeeld, zodat ze er niet onder lijdt</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Recordings (*.xdf *.xdfz *.nwb *.h5 *.hdf5 *.npy *.vhdr *.edf *.bdf *.fif);;All files (*)</source>
        <translation>Opnames (*.xdf *.xdfz *.nwb *.h5 *.hdf5 *.npy *.vhdr *.edf *.bdf *.fif);;Alle bestanden (*)</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Look into a recording</source>
        <translation>In een opname kijken</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>stopped</source>
        <translation>gestopt</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Decode with the decoder in this folder</source>
        <translation>Decoderen met de decoder in deze map</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Picture of this moment</source>
        <translation>Afbeelding van dit moment</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Pictures (*.png)</source>
        <translation>Afbeeldingen (*.png)</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>saved: {path}</source>
        <translation>bewaard: {path}</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>stopped, because a session runs</source>
        <translation>gestopt, omdat er een sessie loopt</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>{n} features at {rate} Hz</source>
        <translation>{n} kenmerken op {rate} Hz</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>{n} channels at {rate} Hz</source>
        <translation>{n} kanalen op {rate} Hz</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Decode with…</source>
        <translation>Decoderen met…</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Play sound</source>
        <translation>Geluid afspelen</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Play decoded voice</source>
        <translation>Gedecodeerde stem afspelen</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>reading it back: is it whole?</source>
        <translation>leest terug: is ze heel?</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>reading it, piece by piece</source>
        <translation>leest, stuk voor stuk</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>decoding it, behind all others</source>
        <translation>decodeert, achter alle andere</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>no folder for what is shown: the disk for temporary files is full or cannot be written</source>
        <translation>geen map voor wat getoond wordt: de schijf voor tijdelijke bestanden is vol of niet te beschrijven</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>whole or not: cannot tell; only XDF files carry what tells it</source>
        <translation>heel of niet: niet te zeggen; alleen XDF-bestanden bevatten wat het zegt</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>it ended without a word</source>
        <translation>het eindigde zonder bericht</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>{name} is whole: read back just now</source>
        <translation>{name} is heel: zojuist teruggelezen</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>{name} is NOT whole: {why}</source>
        <translation>{name} is NIET heel: {why}</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>nothing had to be guessed or mended</source>
        <translation>er hoefde niets geraden of hersteld te worden</translation>
    </message>
    <message>
        <location filename="../report/marker_row.py"/>
        <source>Markers</source>
        <translation>Markers</translation>
    </message>
    <message>
        <location filename="../report/marker_row.py"/>
        <source>markers</source>
        <translation>markers</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>decoded by {name}</source>
        <translation>gedecodeerd door {name}</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>LEAK: {name} was trained on this signal ({why}): it may be remembered, and says nothing about decoding</source>
        <translation>LEK: {name} is op dit signaal getraind ({why}): het kan onthouden zijn, en zegt niets over decoderen</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>whether it was trained on this signal: CANNOT TELL: {why}</source>
        <translation>of het op dit signaal is getraind: NIET TE ZEGGEN: {why}</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>it was trained on none of this signal</source>
        <translation>hij is op niets van dit signaal getraind</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>it speaks {n} ms ahead of the sound, as it was trained to</source>
        <translation>het spreekt {n} ms vóór het geluid, zoals het is getraind</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>a session runs: nothing is read back meanwhile, so that it does not suffer</source>
        <translation>er loopt een sessie: intussen wordt niets teruggelezen, zodat ze er niet onder lijdt</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>reading it back</source>
        <translation>leest terug</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>Stop ends it</source>
        <translation>Stop beëindigt het</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>nothing of {participant} was saved yet</source>
        <translation>van {participant} is nog niets opgeslagen</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>go to Record or Speak</source>
        <translation>ga naar Opnemen of Spreken</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>a session runs</source>
        <translation>er loopt een sessie</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>see Report when it has ended</source>
        <translation>zie Verslag als ze voorbij is</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>see its figures</source>
        <translation>zie de cijfers</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>Check it now reads it back</source>
        <translation>Nu nakijken leest het terug</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>sessions and recordings are saved in {folder}</source>
        <translation>sessies en opnames worden opgeslagen in {folder}</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>Check it now</source>
        <translation>Nu nakijken</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>reading it back, behind all others</source>
        <translation>leest terug, achter alle andere</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>no file manager can be opened here; the folder is {folder}</source>
        <translation>hier is geen bestandsbeheer te openen; de map is {folder}</translation>
    </message>
    <message>
        <location filename="../report/player.py"/>
        <source>it cannot be played ({error!r})</source>
        <translation>het kan niet worden afgespeeld ({error!r})</translation>
    </message>
    <message>
        <location filename="../report/read_back.py"/>
        <source>the report: {why}</source>
        <translation>het verslag: {why}</translation>
    </message>
    <message>
        <location filename="../report/read_back.py"/>
        <source>checked</source>
        <translation>nagekeken</translation>
    </message>
    <message>
        <location filename="../report/read_back.py"/>
        <source>{name} is NOT whole: {reasons}</source>
        <translation>{name} is NIET heel: {reasons}</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>{folder}: cannot be looked at ({error})</source>
        <translation>{folder}: kan niet worden bekeken ({error})</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>no figures of the session: {error}</source>
        <translation>geen cijfers van de sessie: {error}</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>the report cannot be read: {error}</source>
        <translation>het verslag kan niet worden gelezen: {error}</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>no report yet: Check it now makes one</source>
        <translation>nog geen verslag: Nu nakijken maakt er een</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>{who}{frames} frames decoded, {gaps} gaps in the signal</source>
        <translation>{who}{frames} frames gedecodeerd, {gaps} gaten in het signaal</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>age of the data at the ear: {usual} usually, {rare} in 1 of 100</source>
        <translation>ouderdom van de data aan het oor: meestal {usual}, {rare} in 1 op 100</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>sound: {underruns} underruns, limiter {limiter_hits} times</source>
        <translation>geluid: {underruns} haperingen, begrenzer {limiter_hits} keer</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>may have been trained on this session</source>
        <translation>is misschien op deze sessie getraind</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>was trained on {file}</source>
        <translation>is getraind op {file}</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>Replay this: the decoder in use, {bundle}, {was}: what it says of it may be remembered, not decoded</source>
        <translation>Opnieuw afspelen: de decoder in gebruik, {bundle}, {was}: wat hij ervan zegt kan onthouden zijn, niet gedecodeerd</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>OWN VOICE: the microphone heard the decoded voice: what agrees with it may be the loudspeaker</source>
        <translation>EIGEN STEM: de microfoon hoorde de gedecodeerde stem: wat ermee overeenkomt, kan de luidspreker zijn</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>CONTAMINATED: the microphone's sound is in {channels}: nothing that is measured here says anything</source>
        <translation>GECONTAMINEERD: het geluid van de microfoon zit in {channels}: niets wat hier wordt gemeten, zegt iets</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>no channel holds the sound itself</source>
        <translation>geen kanaal bevat het geluid zelf</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>whether the microphone's sound is in the channels: CANNOT TELL: {why}</source>
        <translation>of het geluid van de microfoon in de kanalen zit: NIET TE ZEGGEN: {why}</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>CONTAMINATED: the microphone's sound is in what was decoded there, or learnt from</source>
        <translation>GECONTAMINEERD: het geluid van de microfoon zit in wat daar werd gedecodeerd, of waarvan werd geleerd</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>LEAK: the decoder was trained on what it decoded there</source>
        <translation>LEK: de decoder is getraind op wat hij daar decodeerde</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>OWN VOICE: the microphone heard the decoded voice there, or in what was learnt from</source>
        <translation>EIGEN STEM: de microfoon hoorde daar, of in waarvan is geleerd, de gedecodeerde stem</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>{name} against the microphone: r {whole}, inside speech {inside}</source>
        <translation>{name} tegen de microfoon: r {whole}, in spraak {inside}</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>no microphone was recorded: nothing to compare the voice with</source>
        <translation>er is geen microfoon opgenomen: niets om de stem mee te vergelijken</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Picture of the session</source>
        <translation>Afbeelding van de sessie</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>What was saved, newest first</source>
        <translation>Wat is opgeslagen, nieuwste eerst</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Up and Down choose; what is known of the chosen one stands beside the list</source>
        <translation>Omhoog en Omlaag kiezen; wat van de gekozene bekend is staat naast de lijst</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Open folder</source>
        <translation>Map openen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Replay this</source>
        <translation>Opnieuw afspelen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Look again</source>
        <translation>Lijst verversen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Look into it</source>
        <translation>Erin kijken</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Open a file…</source>
        <translation>Bestand openen…</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>See, scrub, hear and decode its first recording</source>
        <translation>De eerste opname ervan zien, doorlopen, horen en decoderen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Look into any recording, of whomever (Ctrl+O), or drop one on this page</source>
        <translation>In een willekeurige opname kijken, van wie ook (Ctrl+O), of sleep er een op deze pagina</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Read every recording of it back, and make the session's report, in processes of their own</source>
        <translation>Elke opname ervan teruglezen en het verslag van de sessie maken, in eigen processen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Show the folder in the desktop's file manager</source>
        <translation>De map tonen in het bestandsbeheer</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Start a session, SIMULATED, that decodes this recording with the participant's decoder</source>
        <translation>Een sessie starten, GESIMULEERD, die deze opname decodeert met de decoder van de deelnemer</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Read the list again</source>
        <translation>De lijst opnieuw lezen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Whether it is whole</source>
        <translation>Of het heel is</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>What is done with it now</source>
        <translation>Wat er nu mee gebeurt</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Where it was saved</source>
        <translation>Waar het is opgeslagen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Figures</source>
        <translation>Cijfers</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Saved</source>
        <translation>Opgeslagen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>What it is worth</source>
        <translation>Wat het waard is</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>newest first</source>
        <translation>nieuwste eerst</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>What is in the file</source>
        <translation>Wat er in het bestand zit</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>What is open</source>
        <translation>Wat open is</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>◀ List</source>
        <translation>◀ Lijst</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Picture…</source>
        <translation>Afbeelding…</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Back to what was saved of this participant</source>
        <translation>Terug naar wat van deze deelnemer is opgeslagen</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Look into another recording, of whomever (Ctrl+O), or drop it here</source>
        <translation>In een andere opname kijken, van wie ook (Ctrl+O), of sleep haar hierheen</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Let a decoder make a voice of it, in a process of its own behind all others</source>
        <translation>Een decoder er een stem van laten maken, in een eigen proces achter alle andere</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Write a picture of this moment (PNG), with file, time and SIMULATED in its title</source>
        <translation>Een afbeelding van dit moment schrijven (PNG), met bestand, tijd en SIMULATED in de titel</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Play from the cursor on, softly and never loud; again stops (P)</source>
        <translation>Afspelen vanaf de cursor, zacht en nooit luid; nogmaals stopt (P)</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Play what the decoder made of it, from the cursor on; again stops (V)</source>
        <translation>Afspelen wat de decoder ervan maakte, vanaf de cursor; nogmaals stopt (V)</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Place in the recording</source>
        <translation>Plaats in de opname</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Left and Right: a tenth of a second; Page up and down: half of what is shown</source>
        <translation>Links en Rechts: een tiende seconde; PgUp en PgDn: de helft van wat te zien is</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Time of the cursor</source>
        <translation>Tijd van de cursor</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Features</source>
        <translation>Features</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>{at} of {end}</source>
        <translation>{at} van {end}</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Sound</source>
        <translation>Geluid</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Mel of the sound</source>
        <translation>Mel van het geluid</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Decoded mel</source>
        <translation>Gedecodeerd mel</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>nothing was recorded: no {file} in the folder</source>
        <translation>er is niets opgenomen: geen {file} in de map</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>{file} was not read back when it ended</source>
        <translation>{file} is aan het eind niet teruggelezen</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>{file} has {size} bytes, {saved} were saved: it was changed or cut off</source>
        <translation>{file} heeft {size} bytes, {saved} waren opgeslagen: het is veranderd of afgebroken</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>its check says no more</source>
        <translation>de controle zegt niet meer</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>{file} is NOT whole: {why}</source>
        <translation>{file} is NIET heel: {why}</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>{file} was whole when it was saved: {size:.1f} MB, read back</source>
        <translation>{file} was heel bij het opslaan: {size:.1f} MB, teruggelezen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoding stalled: nothing for {seconds} s; {does}</source>
        <translation>het decoderen stokt: al {seconds} s niets; {does}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoding stalled again and again: nothing for {seconds} s; {does}</source>
        <translation>het decoderen stokt steeds weer: al {seconds} s niets; {does}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>silent until it goes on</source>
        <translation>stil tot het verdergaat</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>silent each time</source>
        <translation>telkens stil</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoding goes on; it stood still for {seconds} s</source>
        <translation>het decoderen gaat door; het stond {seconds} s stil</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoding stood still for {stood} s</source>
        <translation>het decoderen stond {stood} s stil</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoder slower than real time: {behind} s behind, {factor} s of computing for each second of signal, most of it {most}; what is too old is not heard, what waits is dropped</source>
        <translation>decoder trager dan de werkelijkheid: {behind} s achter, {factor} s rekenen per seconde signaal, het meeste daarvan {most}; wat te oud is wordt niet gehoord, wat wacht vervalt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the decoder keeps up again; it was up to {furthest} s behind</source>
        <translation>de decoder is weer bij; hij lag tot {furthest} s achter</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{error}; decoding goes on on the CPU</source>
        <translation>{error}; het decoderen gaat door op de CPU</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing is recorded any more</source>
        <translation>er wordt niets meer opgenomen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>THE RECORDING IS NOT WHOLE</source>
        <translation>DE OPNAME IS NIET HEEL</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>saved in {folder}</source>
        <translation>opgeslagen in {folder}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>error: {why}</source>
        <translation>fout: {why}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{few} of {n} words have fewer than {least} good trials</source>
        <translation>{few} van {n} woorden hebben minder dan {least} goede trials</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{minutes} of {wanted} minutes</source>
        <translation>{minutes} van {wanted} minuten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>columns that are not used: {names}</source>
        <translation>kolommen die niet gebruikt worden: {names}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} of {all} lines hold a word that is there already: it is shown that much oftener</source>
        <translation>{n} van {all} regels bevatten een woord dat er al is: het wordt even zoveel vaker getoond</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the recording holds no sample of {source}, the stream that was decoded</source>
        <translation>de opname bevat geen sample van {source}, de stream die gedecodeerd werd</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the recorder hung when the session ended: the end of the recording may be missing</source>
        <translation>de recorder hing toen de sessie eindigde: het eind van de opname kan ontbreken</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the recorder has hung for {seconds} s: a second one records into {second}; what is before it, and after the end of {hung}, is lost unless that one wakes up</source>
        <translation>de recorder hangt al {seconds} s: een tweede neemt op in {second}; wat ervoor ligt en na het eind van {hung} is verloren, tenzij die weer wakker wordt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the recorder records into {file}</source>
        <translation>de recorder neemt op in {file}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing is recorded yet: the recorder has made no {file} within {seconds} s</source>
        <translation>er is nog niets opgenomen: de recorder heeft binnen {seconds} s geen {file} gemaakt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the engine ended with exit code {code}; sound has stopped</source>
        <translation>de engine eindigde met exitcode {code}; het geluid is gestopt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the {child} hangs: no sign of life for {seconds} s</source>
        <translation>{child} hangt: al {seconds} s geen teken van leven</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the window hung for {seconds} s: a new one is opened</source>
        <translation>het venster hing {seconds} s: er komt een nieuw</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the machine slept, or all that runs on it stood still, for {seconds} s</source>
        <translation>de computer sliep, of alles erop stond stil, {seconds} s lang</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the engine, or the whole machine, stood still for {stood} s; it goes on with a new segment</source>
        <translation>de engine, of de hele computer, stond {stood} s stil; het gaat verder met een nieuw segment</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>files and status of the engine stood still for {stood} s; the voice went on</source>
        <translation>bestanden en status van de engine stonden {stood} s stil; de stem ging door</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the connection to {name} was dead: it is recorded on over a new one, with a hole</source>
        <translation>de verbinding met {name} was dood: de opname gaat verder over een nieuwe, met een gat</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} was renamed or moved and is recorded on there: put it back</source>
        <translation>{file} is hernoemd of verplaatst en wordt daar verder opgenomen: zet het terug</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} is at its place again</source>
        <translation>{file} staat weer op zijn plaats</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{path}: recording stopped, {why}; leave the folder alone while it is recorded</source>
        <translation>{path}: opname gestopt, {why}; laat de map met rust zolang er wordt opgenomen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the file was removed while it was written, and all {n} bytes of it are lost</source>
        <translation>het bestand is tijdens het schrijven verwijderd, en alle {n} bytes ervan zijn verloren</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>another program has cut the file off at byte {at} of {n}</source>
        <translation>een ander programma heeft het bestand bij byte {at} van {n} afgekapt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} takes no events ({error}); the session goes on without them</source>
        <translation>{file} neemt geen gebeurtenissen op ({error}); de sessie gaat zonder verder</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} takes events again; {n} are missing in it</source>
        <translation>{file} neemt weer gebeurtenissen op; {n} ontbreken erin</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>latency.json is not kept up: {error}</source>
        <translation>latency.json wordt niet bijgehouden: {error}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>latency.json is kept up again</source>
        <translation>latency.json wordt weer bijgehouden</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} is not kept up ({error}); the recording has it</source>
        <translation>{file} wordt niet bijgehouden ({error}); de opname heeft het</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the disk is full in {time}: free some room</source>
        <translation>de schijf is vol over {time}: maak ruimte</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the disk lasts {time} again</source>
        <translation>de schijf heeft weer plaats voor {time}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the disk is nearly full: voice, mel, features and attention are not recorded any more</source>
        <translation>de schijf is bijna vol: stem, mel, features en aandacht worden niet meer opgenomen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>how long the disk lasts cannot be told: {error}</source>
        <translation>hoe lang de schijf meegaat is niet te zeggen: {error}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>more than a month</source>
        <translation>meer dan een maand</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} days</source>
        <translation>{n} dagen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} hours</source>
        <translation>{n} uur</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} minutes</source>
        <translation>{n} minuten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{free} MB of memory are left, enough again</source>
        <translation>er is {free} MB geheugen over, weer genoeg</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{free} MB of this machine's memory are left, expected {least}: close other programs (the session itself takes, in MB: {own})</source>
        <translation>van het geheugen van deze computer is {free} MB over, verwacht {least}: sluit andere programma's (de sessie zelf gebruikt, in MB: {own})</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>stream {name}: no sample for {seconds} s</source>
        <translation>stream {name}: al {seconds} s geen sample</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>stream {name} is back after {gone} s with the same channels and rate</source>
        <translation>stream {name} is na {gone} s terug met dezelfde kanalen en snelheid</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>stream {name} came back {what}; start the session anew with a decoder for it</source>
        <translation>stream {name} kwam anders terug: {what}; begin de sessie opnieuw met een decoder daarvoor</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>samples arrive {late} s late</source>
        <translation>samples komen {late} s te laat</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the device runs at {rate} Hz instead of {announced} Hz; set its program to announce the true rate</source>
        <translation>het apparaat loopt op {rate} Hz in plaats van {announced} Hz; laat zijn programma de echte snelheid melden</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the device runs at its announced {announced} Hz again</source>
        <translation>het apparaat loopt weer op de gemelde {announced} Hz</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the time stamps are right again</source>
        <translation>de tijdstempels kloppen weer</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{what} {kind} ({by}): age does not go by them; let the sender stamp with LSL's local_clock()</source>
        <translation>{what} {kind} ({by}): de ouderdom gaat er niet op af; laat de zender stempelen met LSL's local_clock()</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the stream's time stamps</source>
        <translation>de tijdstempels van de stream</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>are on another clock</source>
        <translation>lopen op een andere klok</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>are no times</source>
        <translation>zijn geen tijden</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>packets hold {packet} ms (the longest {burst} times that): data are {age} ms old when they can be heard; more than {limit} ms are not let out, and it stays silent: let the amplifier send shorter packets, or start `run` with --max-age-ms {enough}</source>
        <translation>pakketten duren {packet} ms (het langste {burst} maal dat): de data zijn {age} ms oud als ze te horen zijn; meer dan {limit} ms wordt niet doorgelaten, en het blijft stil: laat de versterker kortere pakketten sturen, of start `run` met --max-age-ms {enough}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>packets are short enough to be heard</source>
        <translation>de pakketten zijn kort genoeg om te horen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} of {all} channels are dead and masked: {some}</source>
        <translation>{n} van {all} kanalen zijn dood en gemaskeerd: {some}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no channel is dead any more</source>
        <translation>er is geen kanaal meer dood</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>dead for {seconds} s, masked: {some}</source>
        <translation>{seconds} s dood, gemaskeerd: {some}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} of {all} features drifted more than {limit} training deviations: {some}</source>
        <translation>{n} van {all} features zijn meer dan {limit} standaarddeviaties van de training afgedreven: {some}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>recalibrate, or mask them</source>
        <translation>neem een basislijn op, of maskeer ze</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the features are as in training, or in the baseline, again</source>
        <translation>de features zijn weer als in de training of de basislijn</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>channel {label} masked by command</source>
        <translation>kanaal {label} op verzoek gemaskeerd</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>channel {label} unmasked by command</source>
        <translation>kanaal {label} op verzoek weer meegenomen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>baseline of {seconds} s begins</source>
        <translation>basislijn van {seconds} s begint</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>baseline ends</source>
        <translation>basislijn is klaar</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>baseline given up; the normalisation stays as it is</source>
        <translation>basislijn opgegeven; de normalisatie blijft zoals ze is</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>recalibration undone</source>
        <translation>herkalibratie ongedaan gemaakt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name} is back</source>
        <translation>{name} is terug</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name} is back after {away} s</source>
        <translation>{name} is terug na {away} s</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{wanted} is expected and is not there</source>
        <translation>{wanted} wordt verwacht en is er niet</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name} is expected and has sent nothing for {seconds} s: {how}</source>
        <translation>{name} wordt verwacht en stuurt al {seconds} s niets: {how}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>it is announced still</source>
        <translation>het wordt nog aangekondigd</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>it is not announced any more</source>
        <translation>het wordt niet meer aangekondigd</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the decoder is unsure for {seconds} s: the voice is faded out until it is sure (--fade-unsure)</source>
        <translation>de decoder is {seconds} s onzeker: de stem is weggedraaid tot hij zeker is (--fade-unsure)</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the decoder is sure again: the voice is let out</source>
        <translation>de decoder is weer zeker: de stem klinkt weer</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>contamination {colour}: {text}</source>
        <translation>contaminatie {colour}: {text}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>green</source>
        <translation>groen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>yellow</source>
        <translation>geel</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>red</source>
        <translation>rood</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no microphone</source>
        <translation>geen microfoon</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no contamination heard</source>
        <translation>geen contaminatie gehoord</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>CONTAMINATED: {channels}</source>
        <translation>GECONTAMINEERD: {channels}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>suspect: {channels}</source>
        <translation>verdacht: {channels}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the sound itself is in {channels}</source>
        <translation>het geluid zelf zit in {channels}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the sound may be in {channels}</source>
        <translation>het geluid zit misschien in {channels}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell: {reason}</source>
        <translation>niet te zeggen: {reason}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell yet: {seconds} s of both signals</source>
        <translation>nog niet te zeggen: {seconds} s van beide signalen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell: no neural signal</source>
        <translation>niet te zeggen: geen hersensignaal</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>watch ended</source>
        <translation>bewaking gestopt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing from the watch for {seconds} s</source>
        <translation>al {seconds} s niets van de bewaking</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>CONTAMINATED: the microphone's sound is in channels of this session ({channels})</source>
        <translation>GECONTAMINEERD: het geluid van de microfoon zit in kanalen van deze sessie ({channels})</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Follows your speech better than chance</source>
        <translation>Volgt uw spraak beter dan toeval</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Better than the linear decoder (ridge)</source>
        <translation>Beter dan de lineaire decoder (ridge)</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Contaminated by the microphone</source>
        <translation>Gecontamineerd door de microfoon</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Do not trust it: {check}</source>
        <translation>Vertrouw het niet: {check}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no</source>
        <translation>nee</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell</source>
        <translation>niet te zeggen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell: {time} kept aside are too short to tell; record more and train again</source>
        <translation>niet te zeggen: {time} apart gehouden is te kort; neem meer op en train opnieuw</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>yes in {n} of {all} recordings</source>
        <translation>ja in {n} van {all} opnames</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>yes in {n} of {all} recordings, {open} cannot tell</source>
        <translation>ja in {n} van {all} opnames, bij {open} niet te zeggen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>scored on {time} that training did not see, {speech} of them speech</source>
        <translation>beoordeeld op {time} die de training niet zag, waarvan {speech} spraak</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>scored on {time} that training did not see, {speech} of them speech: too little speech to be sure of anything, record more</source>
        <translation>beoordeeld op {time} die de training niet zag, waarvan {speech} spraak: te weinig spraak om ergens zeker van te zijn, neem meer op</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>today alone is scored, the earlier days were learnt as a whole</source>
        <translation>alleen vandaag wordt beoordeeld, de eerdere dagen zijn helemaal geleerd</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>channels left out, because not every recording has them as good ones: {names}</source>
        <translation>kanalen weggelaten, omdat niet elke opname ze als goede heeft: {names}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>SIMULATED: says that the program works, nothing about people; {text}</source>
        <translation>GESIMULEERD: zegt dat het programma werkt, niets over mensen; {text}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Better than ridge: {answer}; ridge is kept</source>
        <translation>Beter dan ridge: {answer}; ridge blijft</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Better than ridge: {answer}; the {name} is kept</source>
        <translation>Beter dan ridge: {answer}; {name} blijft</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>About {minutes} more minutes would help: {answer}</source>
        <translation>Ongeveer {minutes} minuten meer zouden helpen: {answer}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>About {minutes} more minutes would help: {answer} (a minute of speech is needed; {seconds} s so far)</source>
        <translation>Ongeveer {minutes} minuten meer zouden helpen: {answer} (er is een minuut spraak nodig; tot nu {seconds} s)</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>About {minutes} more minutes would help: {answer} (r inside speech {r}, 95 % {low} to {high})</source>
        <translation>Ongeveer {minutes} minuten meer zouden helpen: {answer} (r in spraak {r}, 95 % {low} tot {high})</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no learning curve of {name}: {why}</source>
        <translation>geen leercurve van {name}: {why}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing was learnt</source>
        <translation>er is niets geleerd</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the linear decoder in {name}, each stretch decoded before it was learnt</source>
        <translation>de lineaire decoder in {name}, elk stuk gedecodeerd voordat het geleerd werd</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the linear decoder in {name}, each stretch decoded before it was learnt; {n} other ticked recording not counted</source>
        <translation>de lineaire decoder in {name}, elk stuk gedecodeerd voordat het geleerd werd; {n} andere aangevinkte opname telt niet mee</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the linear decoder in {name}, each stretch decoded before it was learnt; {n} other ticked recordings not counted</source>
        <translation>de lineaire decoder in {name}, elk stuk gedecodeerd voordat het geleerd werd; {n} andere aangevinkte opnames tellen niet mee</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>contamination</source>
        <translation>contaminatie</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>artefact</source>
        <translation>artefact</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound moved</source>
        <translation>geluid verplaatst</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>feedback loop</source>
        <translation>rondzingen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{share} of the channels are more than {limit} standard deviations above their training (a cable, chewing, a seizure; if it stays, a wrong unit or gain): {does}</source>
        <translation>{share} van de kanalen ligt meer dan {limit} standaarddeviaties boven de training (een kabel, kauwen, een aanval; als het blijft, een verkeerde eenheid of versterking): {does}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is held until {seconds} s without</source>
        <translation>de stem wordt tegengehouden tot het {seconds} s voorbij is</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice goes on (--artefacts say)</source>
        <translation>de stem gaat door (--artefacts say)</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the channels are as in training again</source>
        <translation>de kanalen zijn weer als in de training</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice holds values that are no numbers, and is silent there; if it stays, change the decoder</source>
        <translation>de stem bevat waarden die geen getallen zijn, en is daar stil; blijft dat zo, neem dan een andere decoder</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>all values of the voice are numbers again</source>
        <translation>alle waarden van de stem zijn weer getallen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>feedback loop: the voice ended {times} of {all} times when its own sound was left out, and never when it was not; it is held: turn it down or use earphones, then release it</source>
        <translation>rondzingen: de stem hield {times} van de {all} keer op toen haar eigen geluid werd weggelaten, en nooit toen dat niet zo was; ze wordt tegengehouden: zet haar zachter of gebruik oortelefoons, en geef haar dan vrij</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice was released from the feedback loop</source>
        <translation>de stem is vrijgegeven na het rondzingen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>voice moved from {here} to {there}, kept back: bring it back, or release "{hold}"</source>
        <translation>de stem ging van {here} naar {there} en wordt tegengehouden: breng haar terug, of geef "{hold}" vrij</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell where the voice goes ({why}), kept back: mend that, or release "{hold}"</source>
        <translation>niet te zeggen waar de stem heen gaat ({why}), ze wordt tegengehouden: los dat op, of geef "{hold}" vrij</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell where the sound server plays the voice ({why}): watch the plug of the headphones</source>
        <translation>niet te zeggen waar de geluidsserver de stem speelt ({why}): let op de stekker van de koptelefoon</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is played on {place}</source>
        <translation>de stem klinkt op {place}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is heard on {place} again</source>
        <translation>de stem klinkt weer op {place}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is {said}: {what}; set it right in the system's sound settings</source>
        <translation>de stem is {said}: {what}; zet dat goed in de geluidsinstellingen van het systeem</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>muted in the sound server</source>
        <translation>gedempt in de geluidsserver</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>amplified to {volume} by the sound server</source>
        <translation>door de geluidsserver versterkt tot {volume}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>not where its level was measured</source>
        <translation>niet waar het niveau is gemeten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>turned up in the sound server</source>
        <translation>harder gezet in de geluidsserver</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nobody knows how loud it is at the ear</source>
        <translation>niemand weet hoe hard het bij het oor is</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing is heard</source>
        <translation>er is niets te horen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the session's ceiling is exceeded</source>
        <translation>het plafond van de sessie wordt overschreden</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the sound server neither mutes nor amplifies the voice any more</source>
        <translation>de geluidsserver dempt of versterkt de stem niet meer</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is played where and as it was measured again</source>
        <translation>de stem wordt weer afgespeeld waar en zoals is gemeten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound device {name} stopped; trying to open it again</source>
        <translation>geluidsapparaat {name} is gestopt; er wordt geprobeerd het weer te openen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound device {name} stopped</source>
        <translation>geluidsapparaat {name} is gestopt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound device {name} is not back: {reason}</source>
        <translation>geluidsapparaat {name} is niet terug: {reason}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound goes on, on {name}</source>
        <translation>het geluid gaat door, op {name}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the sound device was served too late; it is opened again, with larger blocks</source>
        <translation>het geluidsapparaat kreeg te laat nieuwe data; het wordt opnieuw geopend, met grotere blokken</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} underrun(s): the sound was not ready in time; {kept} ms are kept in reserve</source>
        <translation>{n} onderbreking(en): het geluid was niet op tijd klaar; {kept} ms wordt in reserve gehouden</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} underrun(s): the device was served too late though sound was waiting: this computer or its sound server took {took} ms from one block to the next, the device holds {holds} ms</source>
        <translation>{n} onderbreking(en): het apparaat werd te laat bediend terwijl er geluid klaarstond: deze computer of zijn geluidsserver deed {took} ms over een blok, het apparaat bevat {holds} ms</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} underrun(s): the sound was not ready in time (the last came {since} ms after the one before, {waited} ms until its signal was there and {took} ms to compute it); {kept} ms are kept in reserve</source>
        <translation>{n} onderbreking(en): het geluid was niet op tijd klaar (het laatste kwam {since} ms na dat ervoor: {waited} ms tot zijn signaal er was en {took} ms om het te berekenen); {kept} ms wordt in reserve gehouden</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>unmute: a mute or panic came after it; still muted, ask again</source>
        <translation>stem aan: er kwam een demping of PANIC na; nog steeds gedempt, vraag het opnieuw</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name}: {n} channels at {rate} Hz</source>
        <translation>{name}: {n} kanalen op {rate} Hz</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name}: {n} channels at {rate} Hz; there is no decoder yet to serve</source>
        <translation>{name}: {n} kanalen op {rate} Hz; er is nog geen decoder</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name}: {n} channels at {rate} Hz serve the decoder's {needed} channels</source>
        <translation>{name}: {n} kanalen op {rate} Hz, genoeg voor de {needed} kanalen van de decoder</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no sound device wanted: the voice goes to decoded.wav only</source>
        <translation>geen geluidsapparaat gewenst: de stem gaat alleen naar decoded.wav</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no sound device yet: the voice goes to decoded.wav until there is one</source>
        <translation>nog geen geluidsapparaat: de stem gaat naar decoded.wav tot er een is</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name}: {latency} ms by its own word</source>
        <translation>{name}: {latency} ms naar eigen zeggen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing is recorded</source>
        <translation>er wordt niets opgenomen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the disk lasts for {time}</source>
        <translation>de schijf heeft plaats voor {time}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>expected streams are there: {names}</source>
        <translation>verwachte streams zijn er: {names}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>will be trained on</source>
        <translation>wordt voor de training gebruikt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>will be trained on as {name}</source>
        <translation>wordt voor de training gebruikt als {name}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>will not be trained on: {why}</source>
        <translation>wordt niet voor de training gebruikt: {why}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>not in the decoder</source>
        <translation>niet in de decoder</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>used as {name}</source>
        <translation>gebruikt als {name}</translation>
    </message>
    <message>
        <location filename="../sound_thread.py"/>
        <source>sound_device in the participant's profile</source>
        <translation>sound_device in het profiel van de deelnemer</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>look at the cause, then let the sound out: Release, or Ctrl+R</source>
        <translation>bekijk de oorzaak, laat dan het geluid door: Vrijgeven, of Ctrl+R</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>it is heard again by itself; where it lasts, close other programs, then end and start the session anew</source>
        <translation>het komt vanzelf weer; blijft het zo, sluit dan andere programma's en begin de sessie opnieuw</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>look at the amplifier, its program and the cable; the session takes the stream up again by itself</source>
        <translation>kijk naar de versterker, zijn programma en de kabel; de sessie pakt de stream vanzelf weer op</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>look at plug and power of the sound card; it is taken up again by itself</source>
        <translation>kijk naar stekker en stroom van de geluidskaart; ze wordt vanzelf weer opgepakt</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>turn the loudspeaker off until it answers</source>
        <translation>zet de luidspreker uit tot de engine antwoordt</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>no status for {silent_s:.0f} s: what is shown is old</source>
        <translation>al {silent_s:.0f} s geen status: wat u ziet is oud</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>the voice is faded out</source>
        <translation>de stem is weggefaded</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>too old, and the age is not known: cannot tell which part is slow; {faded}</source>
        <translation>te oud, en de ouderdom is onbekend: niet te zeggen welk deel traag is; {faded}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>{age:.0f} ms old: {waits:.0f} ms of sound wait before the sound card; {faded}</source>
        <translation>{age:.0f} ms oud: {waits:.0f} ms geluid wacht voor de geluidskaart; {faded}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>{age:.0f} ms old: decoding takes {takes:.0f} ms for a frame of {frame_ms:.0f} ms; {faded}</source>
        <translation>{age:.0f} ms oud: decoderen kost {takes:.0f} ms voor een frame van {frame_ms:.0f} ms; {faded}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>{age:.0f} ms old: samples come {before:.0f} ms late from amplifier or network; {faded}</source>
        <translation>{age:.0f} ms oud: samples komen {before:.0f} ms te laat van versterker of netwerk; {faded}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>disk for {time}</source>
        <translation>schijf voor {time}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>how sure: cannot tell</source>
        <translation>hoe zeker: niet te zeggen</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>UNSURE: the voice is faded out</source>
        <translation>ONZEKER: de stem is weggedraaid</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>UNSURE</source>
        <translation>ONZEKER</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>how sure: nothing yet</source>
        <translation>hoe zeker: nog niets</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>how sure: {share:.0%}, error {error:.0f} dB</source>
        <translation>hoe zeker: {share:.0%}, fout {error:.0f} dB</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>stream gone: what is shown is old</source>
        <translation>stream weg: wat u ziet is oud</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>nothing for {seconds:.0f} s</source>
        <translation>al {seconds:.0f} s niets</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Check</source>
        <translation>Controle</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Record</source>
        <translation>Opnemen</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Train</source>
        <translation>Trainen</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Speak</source>
        <translation>Spreken</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Report</source>
        <translation>Verslag</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>A recording is replayed: no amplifier, nobody is decoded.</source>
        <translation>Er wordt een opname afgespeeld: geen versterker, niemand wordt gedecodeerd.</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Participant: whose profile is used</source>
        <translation>Deelnemer: wiens profiel gebruikt wordt</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Participant</source>
        <translation>Deelnemer</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>What this step needs</source>
        <translation>Wat deze stap nodig heeft</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>not checked yet: this window found the session running, and has not looked around itself</source>
        <translation>nog niet gecontroleerd: dit venster vond de sessie lopend en heeft zelf niet rondgekeken</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>go on to Record, then Train; or choose the folder of one with Decoder…</source>
        <translation>ga door naar Opnemen, dan Trainen; of kies de map van een decoder met Decoder…</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>Choose New… first: the demo stays as it ships</source>
        <translation>Kies eerst Nieuwe deelnemer…: de demo blijft zoals ze is</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>checking decoder, signal, disk and sound card</source>
        <translation>decoder, signaal, schijf en geluidskaart worden gecontroleerd</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>go to Check</source>
        <translation>ga naar Controle</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>not checked yet</source>
        <translation>nog niet gecontroleerd</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>a session runs: nothing is looked at meanwhile, so that it does not suffer</source>
        <translation>er loopt een sessie: intussen wordt nergens naar gekeken, zodat ze er niet onder lijdt</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>none yet</source>
        <translation>nog geen</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>could not be told, see what was found before</source>
        <translation>niet te zeggen, zie wat ervoor gevonden is</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>press Check again</source>
        <translation>druk weer op Opnieuw controleren</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>checking</source>
        <translation>wordt gecontroleerd</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>not checked</source>
        <translation>niet gecontroleerd</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>New participant</source>
        <translation>Nieuwe deelnemer</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>Name: letters, digits, '.', '_' and '-'. No real names: it becomes part of file names.</source>
        <translation>Naam: letters, cijfers, '.', '_' en '-'. Geen echte namen: hij komt in bestandsnamen.</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>{name}: there is one of that name; choose it above</source>
        <translation>{name}: die naam bestaat al; kies hem hierboven</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>Folder of the decoder, as offline.train writes it</source>
        <translation>Map van de decoder, zoals offline.train hem schrijft</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>choose a stream in the list first</source>
        <translation>kies eerst een stream in de lijst</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>The stream that is chosen in the list goes into the participant's profile</source>
        <translation>De stream die in de lijst gekozen is, komt in het profiel van de deelnemer</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>No stream is around that could be decoded: start the amplifier's LSL program</source>
        <translation>Er is geen stream die gedecodeerd kan worden: start het LSL-programma van de versterker</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>This profile replays a recording: it decodes no stream that is around</source>
        <translation>Dit profiel speelt een opname af: het decodeert geen stream uit de omgeving</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Check again</source>
        <translation>Opnieuw controleren</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Test tone…</source>
        <translation>Testtoon…</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>New participant…</source>
        <translation>Nieuwe deelnemer…</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Decoder…</source>
        <translation>Decoder…</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Look at decoder, signal, disk and sound card again</source>
        <translation>Decoder, signaal, schijf en geluidskaart opnieuw bekijken</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>A profile of its own for somebody, from this one</source>
        <translation>Een eigen profiel voor iemand, op grond van dit</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Folder of the decoder that this participant's sessions use</source>
        <translation>Map van de decoder die de sessies van deze deelnemer gebruiken</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Decode this stream</source>
        <translation>Deze stream decoderen</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>A soft tone on the sound device; it asks first</source>
        <translation>Een zachte toon op het geluidsapparaat; vraagt eerst</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Sound device</source>
        <translation>Geluidsapparaat</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Sound device of this participant</source>
        <translation>Geluidsapparaat van deze deelnemer</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Mains frequency</source>
        <translation>Netfrequentie</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Mains of this country: decoders are trained without it, and it is looked for above</source>
        <translation>Netspanning van dit land: decoders worden zonder haar getraind, en hierboven wordt naar haar gezocht</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>mains {hz:g} Hz</source>
        <translation>net {hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>What was done last</source>
        <translation>Wat het laatst gedaan is</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Streams that are refused</source>
        <translation>Streams die geweigerd zijn</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Channels of the decoded stream</source>
        <translation>Kanalen van de gedecodeerde stream</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>A channel with a tick is decoded; without, it is left out</source>
        <translation>Een kanaal met een vinkje wordt gedecodeerd; zonder wordt het weggelaten</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>no streams yet: start the amplifier's LSL program</source>
        <translation>nog geen streams: start het LSL-programma van de versterker</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>SIMULATED: the recording is replayed when the session starts</source>
        <translation>GESIMULEERD: de opname wordt afgespeeld als de sessie start</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>left out by you</source>
        <translation>door u weggelaten</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>{title} in words</source>
        <translation>{title} in woorden</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>What a session needs</source>
        <translation>Wat een sessie nodig heeft</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Streams around</source>
        <translation>Streams in de omgeving</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>rates are measured; packets no finer than 20 ms</source>
        <translation>snelheden zijn gemeten; pakketten niet fijner dan 20 ms</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>click: leave out or take back</source>
        <translation>klik: weglaten of terugnemen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Decoder</source>
        <translation>Decoder</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Brain signal</source>
        <translation>Hersensignaal</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Recording</source>
        <translation>Opname</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Sound card</source>
        <translation>Geluidskaart</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Microphone</source>
        <translation>Microfoon</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Channels and mains</source>
        <translation>Kanalen en netbrom</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>choose its folder with Decoder…, or train one</source>
        <translation>kies de map met Decoder…, of train er een</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start the amplifier's LSL program, or choose its stream in the list</source>
        <translation>start het LSL-programma van de versterker, of kies zijn stream in de lijst</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start what is missing, or make room on the disk</source>
        <translation>start wat ontbreekt, of maak ruimte op de schijf</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>plug the sound card in, or choose another one</source>
        <translation>sluit de geluidskaart aan, of kies een andere</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>; trained where the mains have {trained:g} Hz, the profile says {mains_hz:g} Hz</source>
        <translation>; getraind bij een netfrequentie van {trained:g} Hz, het profiel zegt {mains_hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>train again, or choose mains of {trained:g} Hz below</source>
        <translation>train opnieuw, of kies hieronder een netfrequentie van {trained:g} Hz</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>not wanted</source>
        <translation>niet gewenst</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>comes with the recording that is replayed</source>
        <translation>komt met de opname die wordt afgespeeld</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>of type Audio</source>
        <translation>van type Audio</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>no stream {what}</source>
        <translation>geen stream {what}</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start it</source>
        <translation>start hem</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>cannot tell: {n} microphones</source>
        <translation>niet te zeggen welke: {n} microfoons</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>name one in the profile</source>
        <translation>noem er een in het profiel</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start it again</source>
        <translation>start hem opnieuw</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>{name}: listening</source>
        <translation>{name}: luistert</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>{name}: silent ({level_db:.0f} dB)</source>
        <translation>{name}: stil ({level_db:.0f} dB)</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>switch it on, speak</source>
        <translation>zet hem aan en spreek</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>{name}: too loud ({level_db:.0f} dB)</source>
        <translation>{name}: te luid ({level_db:.0f} dB)</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>turn it down</source>
        <translation>draai hem zachter</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>{name}: {level_db:.0f} dB</source>
        <translation>{name}: {level_db:.0f} dB</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>no stream to look at yet</source>
        <translation>nog geen stream om naar te kijken</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>announced, but nothing for {silent_s:.0f} s</source>
        <translation>aangekondigd, maar al {silent_s:.0f} s niets</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start the amplifier's LSL program again</source>
        <translation>start het LSL-programma van de versterker opnieuw</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>mains ({mains_hz:g} Hz) {largest:.3g} at most, {middle:.3g} in the middle, in the stream's unit</source>
        <translation>netbrom ({mains_hz:g} Hz) hoogstens {largest:.3g}, in het midden {middle:.3g}, in de eenheid van de stream</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>flat: {few}</source>
        <translation>vlak: {few}</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>check their cables, or leave them out</source>
        <translation>controleer de kabels, of laat ze weg</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>hum of {other:.3g} at {other_hz:g} Hz, and only {middle:.3g} at {mains_hz:g} Hz</source>
        <translation>brom van {other:.3g} op {other_hz:g} Hz, en maar {middle:.3g} op {mains_hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>choose mains of {other_hz:g} Hz below, before anything is trained</source>
        <translation>kies hieronder een netfrequentie van {other_hz:g} Hz, voordat er iets getraind wordt</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>comes at {true_rate:.1f} Hz, announced as {rate:g} Hz</source>
        <translation>komt met {true_rate:.1f} Hz, aangekondigd als {rate:g} Hz</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>check the amplifier's settings and the network</source>
        <translation>controleer de instellingen van de versterker en het netwerk</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>its stamps are on another clock ({seconds:+.0f} s): how old it is nobody can tell from them</source>
        <translation>de tijdstempels lopen op een andere klok ({seconds:+.0f} s): hoe oud het is, kan niemand eraan zien</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>let its program stamp by LSL's clock; a session goes by arrival</source>
        <translation>laat het programma met de klok van LSL stempelen; een sessie gaat op de aankomst af</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>samples are {age_ms:.0f} ms old when they come</source>
        <translation>samples zijn {age_ms:.0f} ms oud als ze aankomen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>use a cable, not Wi-Fi</source>
        <translation>gebruik een kabel, geen wifi</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>no channel is flat</source>
        <translation>geen kanaal is vlak</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>not recorded: another session's replay</source>
        <translation>niet opgenomen: hoort bij een andere sessie</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>decoded and recorded</source>
        <translation>gedecodeerd en opgenomen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>expected, recorded</source>
        <translation>verwacht, opgenomen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>recorded</source>
        <translation>opgenomen</translation>
    </message>
    <message>
        <location filename="../steps/json_process.py"/>
        <source>no process can be started: close other programs</source>
        <translation>er kan geen proces starten: sluit andere programma's</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>Sound in the electrodes</source>
        <translation>Geluid in de elektroden</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>move the microphone and its cable away from the amplifier's, or leave these channels out</source>
        <translation>leg microfoon en kabel weg van de versterker en zijn kabels, of laat deze kanalen weg</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>cannot tell: the profile has no microphone</source>
        <translation>niet te zeggen: het profiel heeft geen microfoon</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>not listened to yet</source>
        <translation>nog niet beluisterd</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>listening; let somebody speak</source>
        <translation>luistert; laat iemand spreken</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>used when the window opens next; a session goes on meanwhile, and is found again</source>
        <translation>gebruikt wanneer het venster de volgende keer opent; een sessie gaat intussen door en wordt teruggevonden</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>text size {new} %</source>
        <translation>tekstgrootte {new} %</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>no other fits on this screen</source>
        <translation>een andere past niet op dit scherm</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>light look</source>
        <translation>lichte weergave</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>dark look</source>
        <translation>donkere weergave</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>language {language}</source>
        <translation>taal {language}</translation>
    </message>
    <message>
        <location filename="../steps/opening.py"/>
        <source>{error}; the demo is shown instead</source>
        <translation>{error}; in plaats daarvan ziet u de demo</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>done</source>
        <translation>klaar</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>under way</source>
        <translation>bezig</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>to do</source>
        <translation>te doen</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>look at it</source>
        <translation>kijk hiernaar</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>not possible</source>
        <translation>niet mogelijk</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>{step} step</source>
        <translation>Stap {step}</translation>
    </message>
    <message>
        <location filename="../steps/running.py"/>
        <source>a session runs already; end it first</source>
        <translation>er loopt al een sessie; beëindig die eerst</translation>
    </message>
    <message>
        <location filename="../steps/running.py"/>
        <source>{log}: the session cannot be started ({error})</source>
        <translation>{log}: de sessie kan niet starten ({error})</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>PANIC: stops what is played</source>
        <translation>PANIC: stopt wat wordt afgespeeld</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>no decoder yet: train one, or choose its folder in Check</source>
        <translation>nog geen decoder: train er een, of kies de map ervan in Controle</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>{command}: no session runs</source>
        <translation>{command}: er loopt geen sessie</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>a session runs: end it first</source>
        <translation>er loopt een sessie: beëindig die eerst</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>not replayed: {why}</source>
        <translation>niet afgespeeld: {why}</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>panic: the engine has confirmed it</source>
        <translation>PANIC: de engine heeft het bevestigd</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>{under_way}; close again, and it ends with the window</source>
        <translation>{under_way}; sluit nogmaals, dan eindigt het met het venster</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>no session</source>
        <translation>geen sessie</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Space or Esc</source>
        <translation>Spatie of Esc</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Esc: stops what is played</source>
        <translation>Esc: stopt wat wordt afgespeeld</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Silence at once: {keys}</source>
        <translation>Direct stil: {keys}</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>Start session, muted</source>
        <translation>Sessie starten, gedempt</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>Start decoding and recording. Nothing is heard before you unmute.</source>
        <translation>Decoderen en opnemen starten. Er is niets te horen voordat u het geluid aanzet.</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>Why the session cannot start</source>
        <translation>Waarom de sessie niet kan starten</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>What would be started</source>
        <translation>Wat er zou starten</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>How the last session ended</source>
        <translation>Hoe de laatste sessie eindigde</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>New session</source>
        <translation>Nieuwe sessie</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>see Report, or start a new session</source>
        <translation>zie Verslag, of begin een nieuwe sessie</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>the session starts; the first time it compiles for a minute or two</source>
        <translation>de sessie start; de eerste keer compileert ze een minuut of twee</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>no session runs</source>
        <translation>er loopt geen sessie</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>marker: {text}</source>
        <translation>marker: {text}</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>Session</source>
        <translation>Sessie</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>{who}, SIMULATED by {source}</source>
        <translation>{who}, GESIMULEERD met {source}</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>no decoder yet</source>
        <translation>nog geen decoder</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>decoder {bundle}</source>
        <translation>decoder {bundle}</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>{what}  ·  {decoder}  ·  sound: {device}  ·  saved in {folder}</source>
        <translation>{what}  ·  {decoder}  ·  geluid: {device}  ·  opgeslagen in {folder}</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Stream</source>
        <translation>Stream</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Type</source>
        <translation>Type</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Rate</source>
        <translation>Snelheid</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>True rate</source>
        <translation>Gemeten</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Packet</source>
        <translation>Pakket</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Age</source>
        <translation>Ouderdom</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Use</source>
        <translation>Gebruik</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Choose one to decode it</source>
        <translation>Kies er een om te decoderen</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>irregular</source>
        <translation>onregelmatig</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>other clock</source>
        <translation>andere klok</translation>
    </message>
    <message>
        <location filename="../steps/survey.py"/>
        <source>it does not answer</source>
        <translation>antwoordt niet</translation>
    </message>
    <message>
        <location filename="../steps/survey.py"/>
        <source>it is gone</source>
        <translation>is weg</translation>
    </message>
    <message>
        <location filename="../steps/survey.py"/>
        <source>it cannot be read ({error})</source>
        <translation>kan niet worden gelezen ({error})</translation>
    </message>
    <message>
        <location filename="../steps/taking.py"/>
        <source>a session runs: end it before you choose another participant</source>
        <translation>er loopt een sessie: beëindig die voordat u een andere deelnemer kiest</translation>
    </message>
    <message>
        <location filename="../steps/taking.py"/>
        <source>a session runs: end it before you choose another decoder</source>
        <translation>er loopt een sessie: beëindig die voordat u een andere decoder kiest</translation>
    </message>
    <message>
        <location filename="../steps/taking.py"/>
        <source>{folder} is used until the window closes; it has learnt the recording that the demo replays</source>
        <translation>{folder} wordt gebruikt tot het venster sluit; hij heeft de opname geleerd die de demo afspeelt</translation>
    </message>
    <message>
        <location filename="../steps/taking.py"/>
        <source>decoder {folder} is in the profile of {name}</source>
        <translation>decoder {folder} staat in het profiel van {name}</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>Play a test tone?</source>
        <translation>Testtoon afspelen?</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>Two seconds of a soft tone on the sound device: {device}.</source>
        <translation>Twee seconden zachte toon op het geluidsapparaat: {device}.</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>It swells and fades. Take headphones off the participant first.</source>
        <translation>Hij zwelt aan en sterft weg. Zet de deelnemer eerst de koptelefoon af.</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>Play</source>
        <translation>Afspelen</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>Cancel</source>
        <translation>Annuleren</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>playing a soft tone; PANIC stops it</source>
        <translation>er klinkt een zachte toon; PANIC stopt hem</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>the tone was stopped</source>
        <translation>de toon is gestopt</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>the tone was played: did you hear it?</source>
        <translation>de toon is afgespeeld: hebt u hem gehoord?</translation>
    </message>
    <message>
        <location filename="../talk_key.py"/>
        <source>hold T to let the voice out</source>
        <translation>houd T ingedrukt om de stem door te laten</translation>
    </message>
    <message>
        <location filename="../talk_key.py"/>
        <source>the speech gate is closed: no speech in the signals</source>
        <translation>de spraakpoort is dicht: geen spraak in de signalen</translation>
    </message>
    <message>
        <location filename="../train/curve_plot.py"/>
        <source>Learning curve: r inside speech against minutes recorded</source>
        <translation>Leercurve: r in spraak tegen opgenomen minuten</translation>
    </message>
    <message>
        <location filename="../train/curve_plot.py"/>
        <source>minutes recorded</source>
        <translation>opgenomen minuten</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>made on {n} days, which count as one: one normalisation for all of them, and the end of each recording is scored</source>
        <translation>gemaakt op {n} dagen, die als één tellen: één normalisatie voor alle, en van elke opname wordt het einde beoordeeld</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>trains with {option}: what is of an earlier day is learnt as a whole, each day with a normalisation of its own; only today's recordings choose and are scored</source>
        <translation>traint met {option}: wat van een eerdere dag is wordt helemaal geleerd, elke dag met een eigen normalisatie; alleen de opnames van vandaag kiezen en worden beoordeeld</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>the profile's label_map is read for today's recordings alone</source>
        <translation>de label_map van het profiel wordt alleen voor de opnames van vandaag gelezen</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>Which recordings are of an earlier day</source>
        <translation>Welke opnames van een eerdere dag zijn</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>Earlier days may help to learn; their signal and microphone differ, so each is normalised by itself</source>
        <translation>Eerdere dagen kunnen helpen bij het leren; hun signaal en microfoon verschillen, dus elke dag wordt apart genormaliseerd</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>What becomes of earlier days</source>
        <translation>Wat er met eerdere dagen gebeurt</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>all are of today</source>
        <translation>alle zijn van vandaag</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>before {date}: of an earlier day</source>
        <translation>vóór {date}: van een eerdere dag</translation>
    </message>
    <message>
        <location filename="../train/onward.py"/>
        <source>the network begins as {name} and learns today's recordings alone, which that one must not have learnt; it is not compared with ridge: read both score cards</source>
        <translation>het netwerk begint als {name} en leert alleen de opnamen van vandaag, die dat niet mag hebben geleerd; het wordt niet met ridge vergeleken: lees beide scorekaarten</translation>
    </message>
    <message>
        <location filename="../train/onward.py"/>
        <source>Begin with the weights of the participant's network, contacts by label: for another day than it learnt</source>
        <translation>Begin met de gewichten van het netwerk van de deelnemer, contacten op naam: voor een andere dag dan het leerde</translation>
    </message>
    <message>
        <location filename="../train/onward.py"/>
        <source>What the network begins with</source>
        <translation>Waarmee het netwerk begint</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>in use: {name}, learnt while it was recorded; not scored: press Train to have it judged</source>
        <translation>in gebruik: {name}, geleerd tijdens de opname; niet beoordeeld: druk op Trainen om het te laten beoordelen</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>SIMULATED: every run replays one and the same recording, so train on one of them at a time</source>
        <translation>GESIMULEERD: elke ronde speelt dezelfde opname af, train dus op één tegelijk</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>in use, but {against}</source>
        <translation>in gebruik, maar {against}</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>read the score card</source>
        <translation>lees de scorekaart</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>trained, and not used yet</source>
        <translation>getraind, en nog niet in gebruik</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>read the score card, then press Use this decoder</source>
        <translation>lees de scorekaart, druk dan op Deze decoder gebruiken</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>go to Record</source>
        <translation>ga naar Opnemen</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>nothing was trained here yet</source>
        <translation>hier is nog niets getraind</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>press Train</source>
        <translation>druk op Trainen</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>a session runs: training waits until it has ended, so that it does not suffer</source>
        <translation>er loopt een sessie: het trainen wacht tot ze voorbij is, zodat ze er niet onder lijdt</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>nothing is recorded yet of {participant} in {out}</source>
        <translation>van {participant} is nog niets opgenomen in {out}</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>tick the recordings to train on</source>
        <translation>vink de opnames aan om op te trainen</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>a training is under way ({now}): stop it in Train, or wait</source>
        <translation>er loopt een training ({now}): stop die in Trainen, of wacht</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>a training is under way: stop it in Train, or wait</source>
        <translation>er loopt een training: stop die in Trainen, of wacht</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>stopped while {said}; nothing is lost that was recorded</source>
        <translation>gestopt tijdens: {said}; niets van de opnames is verloren</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>stopped, because a session runs: train again when it has ended</source>
        <translation>gestopt, omdat er een sessie loopt: train opnieuw als ze voorbij is</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>the training ended without a word</source>
        <translation>de training eindigde zonder bericht</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>done in {time}: read the score card</source>
        <translation>klaar in {time}: lees de scorekaart</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>{text}; you have chosen the decoder</source>
        <translation>{text}; u hebt de decoder gekozen</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>{text}, then use the decoder or not</source>
        <translation>{text}, gebruik de decoder dan of niet</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>linear (ridge)</source>
        <translation>lineair (ridge)</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>network (gru)</source>
        <translation>netwerk (gru)</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>network (seq2seq)</source>
        <translation>netwerk (seq2seq)</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>{name}, begun as {bundle}</source>
        <translation>{name}, begonnen als {bundle}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>drawing the learning curve</source>
        <translation>tekent de leercurve</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>scoring what is kept of ridge and {name}</source>
        <translation>beoordeelt wat van ridge en {name} blijft</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>comparing the {name} with ridge</source>
        <translation>vergelijkt {name} met ridge</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>scoring the {name}</source>
        <translation>beoordeelt {name}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>training the {name}</source>
        <translation>traint {name}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>, {seconds} so far</source>
        <translation>, tot nu {seconds}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>, at most {left_s} left</source>
        <translation>, hoogstens nog {left_s}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>let the network begin anew: the decoder in use has learnt the sound itself</source>
        <translation>laat het netwerk opnieuw beginnen: de decoder in gebruik heeft het geluid zelf geleerd</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>let the network begin anew: too few channels of the decoder in use are left</source>
        <translation>laat het netwerk opnieuw beginnen: te weinig kanalen van de decoder in gebruik zijn over</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only recordings that the decoder in use has not learnt, or let the network begin anew</source>
        <translation>vink alleen opnamen aan die de decoder in gebruik niet heeft geleerd, of laat het netwerk opnieuw beginnen</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>let the network begin anew: the decoder in use was trained otherwise</source>
        <translation>laat het netwerk opnieuw beginnen: de decoder in gebruik is anders getraind</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>let the network begin anew: the decoder in use is of another participant</source>
        <translation>laat het netwerk opnieuw beginnen: de decoder in gebruik is van een andere deelnemer</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>correct the file that the profile names as label_map, or take left-out channels back in Check</source>
        <translation>verbeter het bestand dat het profiel als label_map noemt, of neem weggelaten kanalen terug in Controle</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only one of the two</source>
        <translation>vink maar een van de twee aan</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>this recording repeats itself: tick another, or record anew</source>
        <translation>deze opname herhaalt zichzelf: vink een andere aan, of neem opnieuw op</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>take bad marks back while you record, or record more and tick that too</source>
        <translation>neem slechte oordelen terug tijdens het opnemen, of neem meer op en vink dat ook aan</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>record again with the microphone's LSL stream running: see Check</source>
        <translation>neem opnieuw op met de LSL-stream van de microfoon: zie Controle</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>the microphone is off or turned down: see its level in Check, and record again</source>
        <translation>de microfoon staat uit of te zacht: zie het niveau in Controle, en neem opnieuw op</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick recordings in which the participant speaks, or record more</source>
        <translation>vink opnames aan waarin de deelnemer spreekt, of neem meer op</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>leave those channels out in Check, or move the microphone's cable and record again</source>
        <translation>laat die kanalen weg in Controle, of leg de microfoonkabel anders en neem opnieuw op</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>leave that channel out in Check, or move the microphone's cable and record again</source>
        <translation>laat dat kanaal weg in Controle, of leg de microfoonkabel anders en neem opnieuw op</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>record more: training keeps 15 % of each recording aside, of 5 s at least</source>
        <translation>neem meer op: de training houdt 15 % van elke opname apart, minstens 5 s</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only recordings of one amplifier setting</source>
        <translation>vink alleen opnames met één versterkerinstelling aan</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only recordings with the same channels</source>
        <translation>vink alleen opnames met dezelfde kanalen aan</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>say below the list which recordings are of an earlier day, or tick only recordings of one montage</source>
        <translation>zeg onder de lijst welke opnames van een eerdere dag zijn, of vink alleen opnames van één montage aan</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>say below the list which recordings are of an earlier day, or tick only recordings of one set-up</source>
        <translation>zeg onder de lijst welke opnames van een eerdere dag zijn, of vink alleen opnames van één opstelling aan</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only recordings of one participant</source>
        <translation>vink alleen opnames van één deelnemer aan</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>choose the amplifier's stream in Check with Decode this stream</source>
        <translation>kies de stream van de versterker in Controle met Deze stream decoderen</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick recordings that hold the amplifier's stream</source>
        <translation>vink opnames aan die de stream van de versterker bevatten</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>the recording was moved: look at the list again</source>
        <translation>de opname is verplaatst: kijk opnieuw in de lijst</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick other recordings, or record again</source>
        <translation>vink andere opnames aan, of neem opnieuw op</translation>
    </message>
    <message>
        <location filename="../train/results.py"/>
        <source>average of {members}</source>
        <translation>gemiddelde van {members}</translation>
    </message>
    <message>
        <location filename="../train/results.py"/>
        <source> and </source>
        <translation> en </translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>no decoder was trained here yet; its score card comes when the training is over</source>
        <translation>hier is nog geen decoder getraind; de scorekaart komt na de training</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Recordings to train on</source>
        <translation>Opnames om op te trainen</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Ticked recordings are trained on; Space ticks the chosen one</source>
        <translation>Op aangevinkte opnames wordt getraind; Spatie vinkt de gekozene aan</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>then a network</source>
        <translation>dan een netwerk</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>After the linear decoder, which takes seconds, train a network, and keep the better one of the two</source>
        <translation>Na de lineaire decoder, die seconden kost, een netwerk trainen en de beste van de twee houden</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Which network</source>
        <translation>Welk netwerk</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>GRU takes minutes; Seq2Seq several times as long, and may be better</source>
        <translation>GRU kost minuten; Seq2Seq een veelvoud daarvan, en is misschien beter</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>GRU: minutes</source>
        <translation>GRU: minuten</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Seq2Seq: much longer</source>
        <translation>Seq2Seq: veel langer</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Train on the ticked recordings, in a process of its own behind all others</source>
        <translation>Op de aangevinkte opnames trainen, in een eigen proces achter alle andere</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>End the training now; what was trained before stays</source>
        <translation>De training nu beëindigen; wat ervoor getraind is blijft</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Progress of the training</source>
        <translation>Voortgang van de training</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>What the training does</source>
        <translation>Wat de training doet</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Why there is no training now</source>
        <translation>Waarom er nu geen training is</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Which decoder is kept</source>
        <translation>Welke decoder blijft</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Why it is kept</source>
        <translation>Waarom die blijft</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Train the network all the same</source>
        <translation>Netwerk toch trainen</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Train the network that was not better than ridge, to see its score card or to use it</source>
        <translation>Het netwerk trainen dat niet beter was dan ridge, om zijn scorekaart te zien of het te gebruiken</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Whether more minutes would help</source>
        <translation>Of meer minuten zouden helpen</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>The curve</source>
        <translation>De curve</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Score card</source>
        <translation>Scorekaart</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>earlier day</source>
        <translation>eerdere dag</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>How {name} was scored</source>
        <translation>Hoe {name} beoordeeld is</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>{question}: why</source>
        <translation>{question}: waarom</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>The participant's sessions decode with {where}</source>
        <translation>De sessies van de deelnemer decoderen met {where}</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Use the decoder: {name}</source>
        <translation>Deze decoder gebruiken: {name}</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Recordings</source>
        <translation>Opnames</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Learning curve</source>
        <translation>Leercurve</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>linear decoder; right of the dotted line: expected</source>
        <translation>lineaire decoder; rechts van de stippellijn: verwacht</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>tick those to train on</source>
        <translation>vink aan waarop getraind wordt</translation>
    </message>
    <message>
        <location filename="../views.py"/>
        <source>Spectrum, dB</source>
        <translation>Spectrum, dB</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>80 bands · natural logarithm · fixed colours</source>
        <translation>80 banden · natuurlijke logaritme · vaste kleuren</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Decoded mel spectrogram</source>
        <translation>Gedecodeerd mel-spectrogram</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Voice</source>
        <translation>Stem</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Attention</source>
        <translation>Aandacht</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Condition</source>
        <translation>Conditie</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Microphone mel spectrogram</source>
        <translation>Mel-spectrogram van de microfoon</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Age of what is heard</source>
        <translation>Ouderdom van wat u hoort</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Microphone in the electrodes</source>
        <translation>Microfoon in de elektroden</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>View only: opened without the session's control file (--control).</source>
        <translation>Alleen kijken: geopend zonder het control-bestand van de sessie (--control).</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>start one with: python -m bk_realtime run --bundle …</source>
        <translation>start er een met: python -m bk_realtime run --bundle …</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>waiting for signals</source>
        <translation>wacht op signalen</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>no engine yet</source>
        <translation>nog geen engine</translation>
    </message>
</context>
</TS>
