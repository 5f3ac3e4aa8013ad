<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="nl_NL" sourcelanguage="en">
<context>
    <name>BrainKaraoke</name>
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
        <translation>TEGENGEHOUDEN</translation>
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
        <translation>GESIMULEERD</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>NOT RECORDING</source>
        <translation>GEEN OPNAME</translation>
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
        <source>contamination {colour}: {text}</source>
        <translation>contaminatie {colour}: {text}</translation>
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
        <source>used in training</source>
        <translation>gebruikt in de training</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>not used: {why}</source>
        <translation>niet gebruikt: {why}</translation>
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
        <source>a session runs: end it before you choose another participant</source>
        <translation>er loopt een sessie: beëindig die voordat u een andere deelnemer kiest</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>a session runs: end it before you choose another decoder</source>
        <translation>er loopt een sessie: beëindig die voordat u een andere decoder kiest</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>{folder} is used until the window closes; it has learnt the recording that the demo replays</source>
        <translation>{folder} wordt gebruikt tot het venster sluit; hij heeft de opname geleerd die de demo afspeelt</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>decoder {folder} is in the profile of {name}</source>
        <translation>decoder {folder} staat in het profiel van {name}</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>{under_way}; close again, and it ends with the window</source>
        <translation>{under_way}; sluit nogmaals, dan eindigt het met het venster</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>PANIC MUTE</source>
        <translation>PANIC: STIL</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Panic mute</source>
        <translation>PANIC, direct stil</translation>
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
        <source>stops what is played</source>
        <translation>stopt wat wordt afgespeeld</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Silence at once: {keys}</source>
        <translation>Direct stil: {keys}</translation>
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
</context>
</TS>
