<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>BrainKaraoke</name>
    <message>
        <location filename="../arrivals.py"/>
        <source>Features (z-scored high gamma)</source>
        <translation>Merkmale (z-normiertes High Gamma)</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>Close the window?</source>
        <translation>Fenster schließen?</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>The voice is muted. The session itself goes on, and is recorded, without this window.</source>
        <translation>Die Stimme ist stumm. Die Sitzung selbst läuft ohne dieses Fenster weiter und wird aufgenommen.</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>Without a window nobody sees what goes wrong, and there is no panic button.
The way back:  python -m gui --control {control}</source>
        <translation>Ohne Fenster sieht niemand, was schiefgeht, und es gibt keine Panik-Taste.
So kommen Sie zurück:  python -m gui --control {control}</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>Keep the window</source>
        <translation>Fenster behalten</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>Close it, session goes on</source>
        <translation>Schließen, Sitzung läuft weiter</translation>
    </message>
    <message>
        <location filename="../closing.py"/>
        <source>End the session</source>
        <translation>Sitzung beenden</translation>
    </message>
    <message>
        <location filename="../commands.py"/>
        <source>unmute: dropped, a panic came after it; still muted, ask again</source>
        <translation>Ton an: entfallen, danach kam PANIC; weiterhin stumm, bitte erneut</translation>
    </message>
    <message>
        <location filename="../commands.py"/>
        <source>{command}: done in {ms:.0f} ms</source>
        <translation>{command}: fertig in {ms:.0f} ms</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>as recorded</source>
        <translation>wie aufgenommen</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>bipolar</source>
        <translation>bipolar</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>shaft average</source>
        <translation>Mittel je Elektrode</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>common average</source>
        <translation>Mittel aller</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>cannot tell shafts from these labels</source>
        <translation>aus diesen Namen sind keine Elektroden zu erkennen</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>an average needs two brain channels</source>
        <translation>ein Mittel braucht zwei Hirnkanäle</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>from {hz:g} Hz</source>
        <translation>ab {hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>up to {hz:g} Hz</source>
        <translation>bis {hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../display.py"/>
        <source>without {hz:g} Hz</source>
        <translation>ohne {hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the next control, the one before; Enter presses it, arrows change it</source>
        <translation>nächstes Bedienelement, voriges; Eingabe drückt es, Pfeile ändern es</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>everything larger, smaller, as usual</source>
        <translation>alles größer, kleiner, wie üblich</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>light or dark</source>
        <translation>hell oder dunkel</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Report: look into any recording</source>
        <translation>Bericht: irgendeine Aufnahme ansehen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>in a recording that is looked into: play its sound, or the decoded voice; again stops</source>
        <translation>in einer Aufnahme, die angesehen wird: ihren Ton oder die decodierte Stimme abspielen; noch einmal stoppt</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>T, held</source>
        <translation>T, gehalten</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>let the voice out, where the session is held to talk</source>
        <translation>Stimme durchlassen, wenn die Sitzung nur bei gehaltener Taste spricht</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>click on a channel's name</source>
        <translation>Klick auf den Namen eines Kanals</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>mask it, or unmask it</source>
        <translation>maskieren oder wieder aufnehmen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>wheel</source>
        <translation>Mausrad</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>scroll channels</source>
        <translation>durch die Kanäle blättern</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Ctrl + wheel</source>
        <translation>Strg + Mausrad</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>size of the traces</source>
        <translation>Größe der Signale</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Shift + wheel</source>
        <translation>Umschalt + Mausrad</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>size of the trace under the mouse</source>
        <translation>Größe der Spur unter der Maus</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Ctrl</source>
        <translation>Strg</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Shift</source>
        <translation>Umschalt</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>PgUp</source>
        <translation>Bild auf</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>PgDown</source>
        <translation>Bild ab</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Home</source>
        <translation>Pos1</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Up</source>
        <translation>Auf</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Down</source>
        <translation>Ab</translation>
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
        <translation>oder</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the steps: {steps}</source>
        <translation>die Schritte: {steps}</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>PANIC MUTE, from anywhere</source>
        <translation>PANIC: STILL, überall im Fenster</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>mute or unmute, as the button says</source>
        <translation>Stimme stumm oder an, wie der Knopf sagt</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>release what holds the sound, as the button says</source>
        <translation>freigeben, was den Ton zurückhält, wie der Knopf sagt</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>louder by 1 dB</source>
        <translation>1 dB lauter</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>softer by 1 dB</source>
        <translation>1 dB leiser</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>write a marker (Enter sends it)</source>
        <translation>einen Marker schreiben (Eingabe sendet)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>note: sends the text, or begins one (Enter sends it)</source>
        <translation>Notiz: sendet den Text oder beginnt einen (Eingabe sendet)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the last events with their whole texts</source>
        <translation>die letzten Ereignisse mit ganzem Text</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>channels: mask one, take a baseline</source>
        <translation>Kanäle: maskieren, Baseline aufnehmen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>next condition</source>
        <translation>nächste Bedingung</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>channels before</source>
        <translation>vorige Kanäle</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>channels after</source>
        <translation>nächste Kanäle</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>traces: next montage, on the screen only</source>
        <translation>Spuren: nächste Montage, nur auf dem Bildschirm</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>traces: montage and filters, on the screen only</source>
        <translation>Spuren: Montage und Filter, nur auf dem Bildschirm</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>choose the trace above (or click on it)</source>
        <translation>die Spur darüber wählen (oder darauf klicken)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>choose the trace below</source>
        <translation>die Spur darunter wählen</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the chosen trace twice as large</source>
        <translation>die gewählte Spur doppelt so groß</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>the chosen trace half as large</source>
        <translation>die gewählte Spur halb so groß</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>all traces to one scale again (or double click on one)</source>
        <translation>alle Spuren wieder auf eine Skala (oder Doppelklick auf eine)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pause the pictures, or let them run on; the session goes on</source>
        <translation>Bilder anhalten oder weiterlaufen lassen; die Sitzung läuft weiter</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pictures: half a window back, up to 5 minutes</source>
        <translation>Bilder: ein halbes Fenster zurück, bis 5 Minuten</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pictures: half a window forth</source>
        <translation>Bilder: ein halbes Fenster vor</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pictures: as far back as there are any</source>
        <translation>Bilder: so weit zurück wie möglich</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>pictures: back to now</source>
        <translation>Bilder: zurück zu jetzt</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>time cursor to the left (or point with the mouse)</source>
        <translation>Zeitmarke nach links (oder mit der Maus zeigen)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>time cursor to the right</source>
        <translation>Zeitmarke nach rechts</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>high gamma by shaft: show it, or put it away</source>
        <translation>High Gamma je Elektrode: zeigen oder ausblenden</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>spectrum of the channels on the screen: show it, or put it away</source>
        <translation>Spektrum der gezeigten Kanäle: zeigen oder ausblenden</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>end the session (twice)</source>
        <translation>Sitzung beenden (zweimal)</translation>
    </message>
    <message>
        <location filename="../keys.py"/>
        <source>this list</source>
        <translation>diese Liste</translation>
    </message>
    <message>
        <location filename="../look_back.py"/>
        <source>PAUSED: {seconds:.0f} s ago</source>
        <translation>ANGEHALTEN: vor {seconds:.0f} s</translation>
    </message>
    <message>
        <location filename="../look_back.py"/>
        <source>{seconds:.2f} s ago</source>
        <translation>vor {seconds:.2f} s</translation>
    </message>
    <message>
        <location filename="../microphone.py"/>
        <source>loading what computes its mel</source>
        <translation>was das Mel berechnet, wird geladen</translation>
    </message>
    <message>
        <location filename="../microphone.py"/>
        <source>cannot be shown: {error}</source>
        <translation>kann nicht gezeigt werden: {error}</translation>
    </message>
    <message>
        <location filename="../panels/attention.py"/>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>RUNNING</source>
        <translation>LÄUFT</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>MUTED</source>
        <translation>STUMM</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>HELD</source>
        <translation>GESPERRT</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>STARTING</source>
        <translation>STARTET</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>DATA STALE</source>
        <translation>DATEN ZU ALT</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>SIGNAL LOST</source>
        <translation>SIGNAL WEG</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>NO SOUND</source>
        <translation>KEIN TON</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>STOPPED</source>
        <translation>BEENDET</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>ENGINE NOT ANSWERING</source>
        <translation>ENGINE ANTWORTET NICHT</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>WAITING FOR AN ENGINE</source>
        <translation>WARTET AUF ENGINE</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>PANIC NOT CONFIRMED</source>
        <translation>PANIC NICHT BESTÄTIGT</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>voice is on</source>
        <translation>die Stimme ist an</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>decoding goes on, nothing is heard</source>
        <translation>die Decodierung läuft weiter, zu hören ist nichts</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>the session keeps the sound back: see the faults</source>
        <translation>die Sitzung hält den Ton zurück: siehe Störungen</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>the first frames are on their way</source>
        <translation>die ersten Frames sind unterwegs</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>signals are too old: the voice is faded out</source>
        <translation>die Signale sind zu alt: die Stimme ist ausgeblendet</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>no samples from the electrodes: the voice is off</source>
        <translation>keine Werte von den Elektroden: die Stimme ist aus</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>the sound card is gone: nothing is heard</source>
        <translation>die Soundkarte ist weg: zu hören ist nichts</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>the session has ended</source>
        <translation>die Sitzung ist beendet</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>no status from the engine: what is shown is old</source>
        <translation>kein Status von der Engine: das Gezeigte ist alt</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>no session on this network yet; looking for one all the time</source>
        <translation>noch keine Sitzung in diesem Netz; es wird ständig gesucht</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>turn the loudspeaker off, or pull its plug; the engine is asked again and again</source>
        <translation>Lautsprecher ausschalten oder Stecker ziehen; die Engine wird immer wieder gefragt</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>State of the session</source>
        <translation>Zustand der Sitzung</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>SIMULATED</source>
        <translation>SIMULIERT</translation>
    </message>
    <message>
        <location filename="../panels/banner.py"/>
        <source>NOT RECORDING</source>
        <translation>KEINE AUFNAHME</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Drift and masks of the channels</source>
        <translation>Drift und Masken der Kanäle</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Mask a channel or take it back; take a new baseline</source>
        <translation>Einen Kanal maskieren oder zurücknehmen; eine neue Baseline aufnehmen</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Mask a channel, or take a baseline (Ctrl+T; or click a channel's name)</source>
        <translation>Einen Kanal maskieren oder eine Baseline aufnehmen (Strg+T; oder Klick auf den Namen eines Kanals)</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Unmask {label}</source>
        <translation>{label} wieder aufnehmen</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Mask {label}: the decoder does without it</source>
        <translation>{label} maskieren: der Decoder kommt ohne aus</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Baseline of 2 minutes</source>
        <translation>Baseline von 2 Minuten</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>End the baseline</source>
        <translation>Baseline beenden</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Give the baseline up</source>
        <translation>Baseline aufgeben</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Undo the recalibration</source>
        <translation>Neukalibrierung zurücknehmen</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>Mask {label}</source>
        <translation>{label} maskieren</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>baseline: {seconds:.0f} s</source>
        <translation>Baseline: {seconds:.0f} s</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>recalibrated</source>
        <translation>neu kalibriert</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>drift</source>
        <translation>Drift</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source> and {n} more</source>
        <translation> und {n} weitere</translation>
    </message>
    <message>
        <location filename="../panels/channels.py"/>
        <source>masked {few}</source>
        <translation>maskiert {few}</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>blinded: the picture of the voice is hidden</source>
        <translation>verblindet: das Bild der Stimme ist verborgen</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>Condition of the experiment</source>
        <translation>Bedingung des Experiments</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>Another condition. F6: the next one.</source>
        <translation>Eine andere Bedingung. F6: die nächste.</translation>
    </message>
    <message>
        <location filename="../panels/condition.py"/>
        <source>next</source>
        <translation>nächste</translation>
    </message>
    <message>
        <location filename="../panels/contamination.py"/>
        <source>nobody listens</source>
        <translation>niemand hört mit</translation>
    </message>
    <message>
        <location filename="../panels/contamination.py"/>
        <source>Contamination</source>
        <translation>Kontamination</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Silence at once. Space or Esc from anywhere in the window.</source>
        <translation>Sofort stumm. Leertaste oder Esc, überall im Fenster.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Panic mute</source>
        <translation>PANIC, sofort stumm</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Unmute</source>
        <translation>Ton an</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Fade the voice in or out. Ctrl+M.</source>
        <translation>Die Stimme ein- oder ausblenden. Strg+M.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Volume of the voice. Ctrl+Up, Ctrl+Down.</source>
        <translation>Lautstärke der Stimme. Strg+Auf, Strg+Ab.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Gain in dB</source>
        <translation>Verstärkung in dB</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Gain</source>
        <translation>Pegel</translation>
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
        <translation>Den Text als Marker von jetzt festhalten. Eingabe.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Put the text on record as a note on the moment at which it was begun. Ctrl+N.</source>
        <translation>Den Text als Notiz zu dem Moment festhalten, in dem er begonnen wurde. Strg+N.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Let the sound out again that the session keeps back: see the faults above. Ctrl+R.</source>
        <translation>Den Ton wieder durchlassen, den die Sitzung zurückhält: siehe Störungen oben. Strg+R.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Release the sound that is held</source>
        <translation>Zurückgehaltenen Ton freigeben</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>End session</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>End session and recording; asks for a second click. Ctrl+E, twice.</source>
        <translation>Sitzung und Aufnahme beenden; braucht einen zweiten Klick. Strg+E, zweimal.</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Mute</source>
        <translation>Stumm</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Release: {hold}
Ctrl+R</source>
        <translation>Freigeben:
{hold}</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Click again to end</source>
        <translation>Noch ein Klick</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>PANIC MUTE</source>
        <translation>PANIC: STILL</translation>
    </message>
    <message>
        <location filename="../panels/controls.py"/>
        <source>Space  or  Esc</source>
        <translation>Leertaste  oder  Esc</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>Montage</source>
        <translation>Montage</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>High-pass</source>
        <translation>Hochpass</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>Low-pass</source>
        <translation>Tiefpass</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>Notch, with its multiples</source>
        <translation>Kerbfilter, mit Vielfachen</translation>
    </message>
    <message>
        <location filename="../panels/display_menu.py"/>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>algorithmic</source>
        <translation>algorithmisch</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Lookahead and frame length that the method itself needs; exact.</source>
        <translation>Vorausschau und Framelänge, die das Verfahren selbst braucht; exakt.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>filter group delay</source>
        <translation>Filter-Gruppenlaufzeit</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Delay of the band-pass in the middle of its band.</source>
        <translation>Verzögerung des Bandpasses in der Mitte seines Bandes.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Computation, buffers and sound device together.</source>
        <translation>Rechnen, Puffer und Tongerät zusammen.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>  of it buffer</source>
        <translation>  davon Puffer</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Sound waiting in front of the card.</source>
        <translation>Ton, der vor der Karte wartet.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>  of it device</source>
        <translation>  davon Gerät</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>What the sound card says of itself.</source>
        <translation>Was die Soundkarte von sich selbst sagt.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>decoder's lead</source>
        <translation>Vorlauf des Decoders</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>How far ahead of its signals the decoder was trained to speak.</source>
        <translation>Wie weit vor seinen Signalen der Decoder zu sprechen gelernt hat.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>features</source>
        <translation>Merkmale</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>decoder</source>
        <translation>Decoder</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>vocoder</source>
        <translation>Vocoder</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>total</source>
        <translation>gesamt</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>gaps</source>
        <translation>Lücken</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Interruptions of the incoming stream.</source>
        <translation>Unterbrechungen des eingehenden Streams.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>dropped</source>
        <translation>entfallen</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Samples skipped to catch up with the present.</source>
        <translation>Werte, die übersprungen wurden, um mitzukommen.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>underruns</source>
        <translation>Aussetzer</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Times that the sound card ran out of sound.</source>
        <translation>Male, in denen der Soundkarte der Ton ausging.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>limited</source>
        <translation>begrenzt</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Samples held down to the ceiling.</source>
        <translation>Werte, die auf die Obergrenze begrenzt wurden.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Age of data in ms</source>
        <translation>Alter der Daten in ms</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Latency, ms</source>
        <translation>Latenz, ms</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Delay of the filters in the middle of each band, and half of what it is taken over.</source>
        <translation>Verzögerung der Filter in der Mitte jedes Bandes, dazu die Hälfte der Dauer, über die gemittelt wird.</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>limit {limit:.0f} ms</source>
        <translation>Grenze {limit:.0f} ms</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>further bands: {late}</source>
        <translation>weitere Bänder: {late}</translation>
    </message>
    <message>
        <location filename="../panels/latency.py"/>
        <source>Stages, ms</source>
        <translation>Stufen, ms</translation>
    </message>
    <message>
        <location filename="../panels/log.py"/>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <location filename="../panels/log.py"/>
        <source>Click: the whole text. Ctrl+J: the last events with theirs.</source>
        <translation>Klick: der ganze Text. Strg+J: die letzten Ereignisse mit Text.</translation>
    </message>
    <message>
        <location filename="../panels/log.py"/>
        <source>nothing so far</source>
        <translation>noch nichts</translation>
    </message>
    <message>
        <location filename="../panels/marker_field.py"/>
        <source>Marker: what just happened?  Enter sends it, Esc is panic</source>
        <translation>Marker: was war eben?  Eingabe sendet, Esc ist PANIC</translation>
    </message>
    <message>
        <location filename="../panels/marker_field.py"/>
        <source>Note: on what is going on.  Enter sends it, Esc is panic</source>
        <translation>Notiz: was geht vor?  Eingabe sendet, Esc ist PANIC</translation>
    </message>
    <message>
        <location filename="../panels/marker_field.py"/>
        <source>Ctrl+K, then Enter: a marker. Ctrl+N, then Enter: a note.</source>
        <translation>Strg+K, dann Eingabe: ein Marker. Strg+N, dann Eingabe: eine Notiz.</translation>
    </message>
    <message>
        <location filename="../panels/marker_field.py"/>
        <source>Text of a marker or a note</source>
        <translation>Text eines Markers oder einer Notiz</translation>
    </message>
    <message>
        <location filename="../panels/microphone_mel.py"/>
        <source>{name} · same bands and colours as the decoded one</source>
        <translation>{name} · Bänder und Farben wie das decodierte</translation>
    </message>
    <message>
        <location filename="../panels/panic_answer.py"/>
        <source>No answer within {seconds:g} s.</source>
        <translation>Keine Antwort innerhalb von {seconds:g} s.</translation>
    </message>
    <message>
        <location filename="../panels/panic_answer.py"/>
        <source>panic: the engine says that it is muted</source>
        <translation>PANIC: die Engine meldet, dass sie stumm ist</translation>
    </message>
    <message>
        <location filename="../panels/panic_answer.py"/>
        <source>PANIC NOT CONFIRMED, turn the loudspeaker off. {why}</source>
        <translation>PANIC NICHT BESTÄTIGT, Lautsprecher ausschalten. {why}</translation>
    </message>
    <message>
        <location filename="../panels/shaft_map.py"/>
        <source>High gamma by shaft</source>
        <translation>High Gamma je Elektrode</translation>
    </message>
    <message>
        <location filename="../panels/shaft_map.py"/>
        <source>no features yet</source>
        <translation>noch keine Merkmale</translation>
    </message>
    <message>
        <location filename="../panels/shaft_map.py"/>
        <source>−{limit:g} to {limit:g} training deviations, mean of {ms:.0f} ms</source>
        <translation>−{limit:g} bis {limit:g} SD des Trainings, Mittel über {ms:.0f} ms</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source>mains {mains:g} Hz: {above:.0f} dB above what is beside it</source>
        <translation>Netzbrummen {mains:g} Hz: {above:.0f} dB über der Umgebung</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source>no mains stands out</source>
        <translation>kein Netzbrummen zu sehen</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source>Spectrum</source>
        <translation>Spektrum</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source>not enough signal yet</source>
        <translation>noch zu wenig Signal</translation>
    </message>
    <message>
        <location filename="../panels/spectrum.py"/>
        <source> · one channel of {every}</source>
        <translation> · einer von {every} Kanälen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>{n} rows</source>
        <translation>{n} Zeilen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Channels on the screen</source>
        <translation>Kanäle auf dem Schirm</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Seconds on the screen</source>
        <translation>Sekunden auf dem Schirm</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Which channels are shown</source>
        <translation>Welche Kanäle gezeigt werden</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Size of the traces</source>
        <translation>Größe der Signale</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>own scale</source>
        <translation>eigene Skala</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Every channel to its own size</source>
        <translation>Jeder Kanal in seiner eigenen Größe</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Previous channels (Page up, wheel)</source>
        <translation>Vorige Kanäle (Bild auf, Mausrad)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Next channels (Page down, wheel)</source>
        <translation>Nächste Kanäle (Bild ab, Mausrad)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Smaller traces (Ctrl + wheel)</source>
        <translation>Kleinere Signale (Strg + Mausrad)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Larger traces (Ctrl + wheel)</source>
        <translation>Größere Signale (Strg + Mausrad)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Channels before</source>
        <translation>Vorige Kanäle</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Channels after</source>
        <translation>Nächste Kanäle</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Smaller traces</source>
        <translation>Kleinere Signale</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Larger traces</source>
        <translation>Größere Signale</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>auto</source>
        <translation>auto</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Choose the sensitivity from the signals</source>
        <translation>Die Empfindlichkeit aus den Signalen wählen</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Let the pictures stand, or run on (Ctrl+P); the session goes on</source>
        <translation>Die Bilder anhalten oder weiterlaufen lassen (Strg+P); die Sitzung läuft weiter</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Half a window back, up to 5 minutes (Ctrl+Left)</source>
        <translation>Ein halbes Fenster zurück, bis 5 Minuten (Strg+Links)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Half a window forth, at last to now (Ctrl+Right)</source>
        <translation>Ein halbes Fenster vor, zuletzt bis jetzt (Strg+Rechts)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Pause the pictures</source>
        <translation>Die Bilder anhalten</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>High gamma by shaft, beside the figures (Ctrl+H)</source>
        <translation>High Gamma je Elektrode, neben den Zahlen (Strg+H)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>spectrum</source>
        <translation>Spektrum</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Spectrum of the channels on the screen, with mains (Ctrl+F)</source>
        <translation>Spektrum der gezeigten Kanäle, mit Netzbrummen (Strg+F)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>display</source>
        <translation>Bild</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>Montage and filters, on the screen only (Ctrl+D; Ctrl+B: next montage)</source>
        <translation>Montage und Filter, nur auf dem Bildschirm (Strg+D; Strg+B: nächste Montage)</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>{n} channels · {sfreq:g} Hz · {name}</source>
        <translation>{n} Kanäle · {sfreq:g} Hz · {name}</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>{first}–{last} of {n}</source>
        <translation>{first}–{last} von {n}</translation>
    </message>
    <message>
        <location filename="../panels/trace_card.py"/>
        <source>units</source>
        <translation>Einheiten</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>display: as recorded ({what}: loading)</source>
        <translation>Bild: wie aufgenommen ({what}: wird geladen)</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>display: as recorded ({why})</source>
        <translation>Bild: wie aufgenommen ({why})</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>display: {what} ({why})</source>
        <translation>Bild: {what} ({why})</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>display: {what}</source>
        <translation>Bild: {what}</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>no raw signals</source>
        <translation>keine Rohsignale</translation>
    </message>
    <message>
        <location filename="../panels/trace_display.py"/>
        <source>cannot be made: {error}</source>
        <translation>kann nicht erstellt werden: {error}</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>as it is heard: after gain, mute and limiter</source>
        <translation>wie zu hören: nach Pegel, Stummschaltung und Begrenzer</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>peak {peak:.0f} dBFS</source>
        <translation>Spitze {peak:.0f} dBFS</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>silent</source>
        <translation>still</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>dB SPL not calibrated</source>
        <translation>dB SPL nicht kalibriert</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>{level:.0f} dB SPL (A, 1 s), at most {loudest:.0f}</source>
        <translation>{level:.0f} dB SPL (A, 1 s), höchstens {loudest:.0f}</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>held down by {limiting:.0f} dB</source>
        <translation>um {limiting:.0f} dB begrenzt</translation>
    </message>
    <message>
        <location filename="../panels/waveform.py"/>
        <source>as it is heard: {parts}</source>
        <translation>wie zu hören: {parts}</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>{word!r} has no clip: listening needs a sound file in every line</source>
        <translation>{word!r} hat keinen Clip: Hören braucht eine Tondatei in jeder Zeile</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>{clip}: no sound file ({error})</source>
        <translation>{clip}: keine Tondatei ({error})</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>{clip}: {duration:.1f} s; expected a clip of up to {longest:.0f} s</source>
        <translation>{clip}: {duration:.1f} s; erwartet ein Clip von höchstens {longest:.0f} s</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>the clip cannot be played ({error!r})</source>
        <translation>der Clip kann nicht abgespielt werden ({error!r})</translation>
    </message>
    <message>
        <location filename="../record/clip_player.py"/>
        <source>{path}: no sound file ({error})</source>
        <translation>{path}: keine Tondatei ({error})</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>pause, or go on (Record)</source>
        <translation>Pause oder weiter (Aufnehmen)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>the trial on the page, else the one before, is bad (Record)</source>
        <translation>der Durchgang auf der Seite, sonst der vorige, ist schlecht (Aufnehmen)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>it is good after all (Record)</source>
        <translation>er ist doch gut (Aufnehmen)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>take the last verdict back (Record)</source>
        <translation>letztes Urteil zurücknehmen (Aufnehmen)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Start the recorder, then the prompts</source>
        <translation>Den Recorder starten, dann die Vorgaben</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Pause  P</source>
        <translation>Pause  P</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Pause: a word on the page is aborted and comes again (P)</source>
        <translation>Pause: ein Wort auf der Seite wird abgebrochen und kommt wieder (P)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>End the prompts and the recording; the file is read back</source>
        <translation>Vorgaben und Aufnahme beenden; die Datei wird zurückgelesen</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Bad  B</source>
        <translation>Schlecht  B</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>The trial on the page, else the one before, is bad (B)</source>
        <translation>Der Durchgang auf der Seite, sonst der vorige, ist schlecht (B)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Good  G</source>
        <translation>Gut  G</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>It is good after all (G)</source>
        <translation>Er ist doch gut (G)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Undo  U</source>
        <translation>Zurück  U</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Take the last verdict back (U)</source>
        <translation>Letztes Urteil zurücknehmen (U)</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Show page</source>
        <translation>Seite zeigen</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Show the participant's page as a window on the chosen screen</source>
        <translation>Die Seite für die Teilnehmenden als Fenster auf dem gewählten Bildschirm zeigen</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Fill the chosen screen with the participant's page</source>
        <translation>Den gewählten Bildschirm mit der Seite für die Teilnehmenden füllen</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Screen of the participant's page</source>
        <translation>Bildschirm für die Seite der Teilnehmenden</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>What is shown now</source>
        <translation>Was jetzt gezeigt wird</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>What is to be done</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <location filename="../record/controls.py"/>
        <source>Screen {n}: {width}×{height}</source>
        <translation>Bildschirm {n}: {width}×{height}</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>○ not recording</source>
        <translation>○ keine Aufnahme</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>no trial yet</source>
        <translation>noch kein Durchgang</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Recorder</source>
        <translation>Recorder</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Streams</source>
        <translation>Streams</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Trials</source>
        <translation>Durchgänge</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Enough</source>
        <translation>Genug</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>Good trials of each word</source>
        <translation>Gute Durchgänge je Wort</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>{rate:.0f} of {announced:.0f} a second</source>
        <translation>{rate:.0f} von {announced:.0f} je Sekunde</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>{n} in all</source>
        <translation>{n} insgesamt</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>, GONE</source>
        <translation>, WEG</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>{n:,} samples</source>
        <translation>{n:,} Werte</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>, ended before the recording</source>
        <translation>, vor der Aufnahme beendet</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>and {more} more</source>
        <translation>und {more} weitere</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>markers: {sent} sent, {markers} in the file</source>
        <translation>Marker: {sent} gesendet, {markers} in der Datei</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>{n_good} good, {n_bad} bad; {minutes:.1f} min</source>
        <translation>{n_good} gut, {n_bad} schlecht; {minutes:.1f} min</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>✓ enough</source>
        <translation>✓ genug</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source> … ({n} words)</source>
        <translation> … ({n} Wörter)</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>exit code {code}</source>
        <translation>Exitcode {code}</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>✕ RECORDER HANGS: no word for {silent_s:.1f} s; nothing may be in the file</source>
        <translation>✕ RECORDER HÄNGT: seit {silent_s:.1f} s keine Meldung; vielleicht kommt nichts in die Datei</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>● REC</source>
        <translation>● REC</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>… checking the file</source>
        <translation>… die Datei wird geprüft</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>… waiting for the streams</source>
        <translation>… wartet auf die Streams</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>✓ saved, read back and complete</source>
        <translation>✓ gespeichert, zurückgelesen und vollständig</translation>
    </message>
    <message>
        <location filename="../record/figures_card.py"/>
        <source>✕ RECORDER ENDED: {why}</source>
        <translation>✕ RECORDER BEENDET: {why}</translation>
    </message>
    <message>
        <location filename="../record/layout.py"/>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <location filename="../record/layout.py"/>
        <source>Recorded</source>
        <translation>Aufgenommen</translation>
    </message>
    <message>
        <location filename="../record/layout.py"/>
        <source>What the participant sees</source>
        <translation>Was die Teilnehmenden sehen</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>learn meanwhile</source>
        <translation>währenddessen lernen</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Learn a decoder while it is recorded, behind all else: no sample depends on it</source>
        <translation>Während der Aufnahme einen Decoder lernen, nach allem anderen: kein Sample hängt davon ab</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>go on from the decoder in use</source>
        <translation>mit dem Decoder in Gebrauch weitermachen</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Begin with the participant's decoder, not with nothing: by label, as far as it helps</source>
        <translation>Mit dem Decoder der teilnehmenden Person beginnen, nicht mit nichts: nach Label, soweit es hilft</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Going on or from scratch</source>
        <translation>Weitermachen oder von Grund auf</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>More minutes</source>
        <translation>Weitere Minuten</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Scores so far</source>
        <translation>Werte bisher</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Learning</source>
        <translation>Lernen</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>Use this decoder</source>
        <translation>Diesen Decoder verwenden</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>The participant's sessions decode with what was learnt while it was recorded</source>
        <translation>Sitzungen der Person decodieren mit dem, was während der Aufnahme gelernt wurde</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>the profile has no microphone: nothing can be learnt meanwhile</source>
        <translation>das Profil hat kein Mikrofon: währenddessen kann nichts gelernt werden</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>learnt, and not scored yet: Train judges it</source>
        <translation>gelernt und noch nicht beurteilt: das macht Trainieren</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>ending: what was learnt becomes a decoder</source>
        <translation>fast fertig: aus dem Gelernten wird ein Decoder</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>learning, behind all else</source>
        <translation>lernt, nach allem anderen</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>going on or from scratch: cannot be told yet</source>
        <translation>weitermachen oder von Grund auf: noch nicht zu sagen</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>going on is better than from scratch</source>
        <translation>weitermachen ist besser als von Grund auf</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>going on is WORSE than from scratch</source>
        <translation>weitermachen ist SCHLECHTER als von Grund auf</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>going on or from scratch: no difference</source>
        <translation>weitermachen oder von Grund auf: kein Unterschied</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>STOP: the microphone is in the electrodes</source>
        <translation>STOPP: das Mikrofon ist in den Elektroden</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>enough: yes</source>
        <translation>genug: ja</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>enough: no</source>
        <translation>genug: nein</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>{speech:.0f} s of speech in {seconds:.0f} s</source>
        <translation>{speech:.0f} s Sprache in {seconds:.0f} s</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>r inside speech {r:.2f} (chance up to {limit:.2f})</source>
        <translation>r in der Sprache {r:.2f} (Zufall bis {limit:.2f})</translation>
    </message>
    <message>
        <location filename="../record/learn_card.py"/>
        <source>loudness taken off {r:.2f} ({limit:.2f})</source>
        <translation>ohne Lautheit {r:.2f} ({limit:.2f})</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>Learning meanwhile</source>
        <translation>Währenddessen lernen</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>the page of the step says more</source>
        <translation>die Seite des Schritts sagt mehr</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>silence</source>
        <translation>Stille</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>{good} good trials so far</source>
        <translation>bisher {good} gute Durchgänge</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>recording: {what}</source>
        <translation>nimmt auf: {what}</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>saved, but {lacking}</source>
        <translation>gespeichert, aber {lacking}</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>record another run</source>
        <translation>nehmen Sie einen weiteren Lauf auf</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>no list of words</source>
        <translation>keine Wortliste</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>choose one, or the task Silence</source>
        <translation>wählen Sie eine, oder die Aufgabe Stille</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>nothing is recorded yet</source>
        <translation>noch ist nichts aufgenommen</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>press Start</source>
        <translation>drücken Sie Start</translation>
    </message>
    <message>
        <location filename="../record/page.py"/>
        <source>a recording is under way: end it in Record first</source>
        <translation>eine Aufnahme läuft: beenden Sie sie zuerst in Aufnehmen</translation>
    </message>
    <message>
        <location filename="../record/panel.py"/>
        <source>SIMULATED: the replay ended with code {replayed}; press Start again</source>
        <translation>SIMULIERT: das Abspielen endete mit Code {replayed}; drücken Sie wieder Start</translation>
    </message>
    <message>
        <location filename="../record/panel.py"/>
        <source>Go on  P</source>
        <translation>Weiter  P</translation>
    </message>
    <message>
        <location filename="../record/participant_window.py"/>
        <source>BrainKaraoke: participant</source>
        <translation>BrainKaraoke: Teilnehmer:in</translation>
    </message>
    <message>
        <location filename="../record/plan.py"/>
        <source>SIMULATED: a recording is replayed once and ends the run; its words are not those that are shown</source>
        <translation>SIMULIERT: eine Aufnahme wird einmal abgespielt und beendet den Lauf; ihre Wörter sind nicht die gezeigten</translation>
    </message>
    <message>
        <location filename="../record/plan.py"/>
        <source>no list: choose a CSV file with a column word</source>
        <translation>keine Liste: wählen Sie eine CSV-Datei mit einer Spalte word</translation>
    </message>
    <message>
        <location filename="../record/plan.py"/>
        <source>no font shows {listed}: install one (Noto)</source>
        <translation>keine Schrift zeigt {listed}: installieren Sie eine (Noto)</translation>
    </message>
    <message>
        <location filename="../record/prompt_run.py"/>
        <source>the sound card did not say when the clip began: its markers bear the program's time</source>
        <translation>die Soundkarte sagte nicht, wann der Clip begann: seine Marker tragen die Zeit des Programms</translation>
    </message>
    <message>
        <location filename="../record/prompt_run.py"/>
        <source>the participant's page is not painted: markers bear the program's time, not the screen's</source>
        <translation>die Seite für die Teilnehmenden wird nicht gezeichnet: Marker tragen die Zeit des Programms, nicht die des Bildschirms</translation>
    </message>
    <message>
        <location filename="../record/recorder_process.py"/>
        <source>the recorder cannot be started ({error}); check {folder}</source>
        <translation>der Recorder kann nicht starten ({error}); prüfen Sie {folder}</translation>
    </message>
    <message>
        <location filename="../record/recording.py"/>
        <source>{markers} of {sent} markers are in {file}; keep it apart</source>
        <translation>{markers} von {sent} Markern sind in {file}; bewahren Sie sie getrennt auf</translation>
    </message>
    <message>
        <location filename="../record/recording.py"/>
        <source>the recorder hangs: no word for {silent_s:.1f} s</source>
        <translation>der Recorder hängt: seit {silent_s:.1f} s keine Meldung</translation>
    </message>
    <message>
        <location filename="../record/recording.py"/>
        <source>the recorder ended: {why}</source>
        <translation>der Recorder ist beendet: {why}</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>SIMULATED: the recording that is replayed is over, and with it the run; go on to Train</source>
        <translation>SIMULIERT: die abgespielte Aufnahme ist zu Ende und damit der Lauf; weiter mit Trainieren</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>saved, but under {seconds:g} s: too short to train on; more repeats make a run longer</source>
        <translation>gespeichert, aber unter {seconds:g} s: zu kurz zum Trainieren; mehr Wiederholungen machen den Lauf länger</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>saved: go on to Train, or record another run</source>
        <translation>gespeichert: weiter mit Trainieren, oder einen weiteren Lauf aufnehmen</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>waiting until brain signal, markers and every expected stream are in the file; nothing is shown before</source>
        <translation>wartet, bis Hirnsignal, Marker und jeder erwartete Stream in der Datei sind; vorher wird nichts gezeigt</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>pause after a word</source>
        <translation>Pause nach einem Wort</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>BREAK: P goes on</source>
        <translation>PAUSE: P geht weiter</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>PAUSED: P goes on</source>
        <translation>ANGEHALTEN: P geht weiter</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>word</source>
        <translation>Wort</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>cross</source>
        <translation>Kreuz</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>silence: {seconds:.0f} s left</source>
        <translation>Stille: noch {seconds:.0f} s</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>{kind}{word}; {n} to show</source>
        <translation>{kind}{word}; noch {n} zu zeigen</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>enough: Stop ends the recording</source>
        <translation>genug: Stopp beendet die Aufnahme</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>choose a list of words</source>
        <translation>wählen Sie eine Wortliste</translation>
    </message>
    <message>
        <location filename="../record/run_words.py"/>
        <source>Start shows the page, records every stream and then begins</source>
        <translation>Start zeigt die Seite, nimmt jeden Stream auf und beginnt dann</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Repeats</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>How many times the list is shown</source>
        <translation>Wie oft die Liste gezeigt wird</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Seed</source>
        <translation>Startzahl</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>The same seed gives the same order and the same jitter</source>
        <translation>Dieselbe Startzahl gibt dieselbe Reihenfolge und dieselbe Streuung</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Cross</source>
        <translation>Kreuz</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Seconds of the fixation cross before a word</source>
        <translation>Sekunden des Fixationskreuzes vor einem Wort</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Word</source>
        <translation>Wort</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Seconds that a word stays on the page</source>
        <translation>Sekunden, die ein Wort auf der Seite steht</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Seconds of the empty page after a word</source>
        <translation>Sekunden leere Seite nach einem Wort</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Jitter</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Up to so many seconds more of cross and pause</source>
        <translation>Bis zu so viele Sekunden mehr für Kreuz und Pause</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Break every</source>
        <translation>Pause nach</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Trials between two breaks; 0: none</source>
        <translation>Durchgänge zwischen zwei Pausen; 0: keine</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Enough: each</source>
        <translation>Genug: je Wort</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Good trials of every word that are enough; 0: not asked</source>
        <translation>Gute Durchgänge jedes Wortes, die genügen; 0: nicht verlangt</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Enough: minutes</source>
        <translation>Genug: Minuten</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Minutes of good trials that are enough; 0: not asked</source>
        <translation>Minuten guter Durchgänge, die genügen; 0: nicht verlangt</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source> trials</source>
        <translation> Durchg.</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Silence: {seconds:.0f} seconds of baseline in which nobody speaks</source>
        <translation>Stille: {seconds:.0f} Sekunden Baseline, in denen niemand spricht</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Speaking</source>
        <translation>Sprechen</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Listening</source>
        <translation>Hören</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Silence</source>
        <translation>Stille</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>no list</source>
        <translation>keine Liste</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>A CSV file with a column word, and where there are any clip and group</source>
        <translation>Eine CSV-Datei mit einer Spalte word und, wo nötig, clip und group</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Random order</source>
        <translation>Zufällige Reihenfolge</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Show bad ones again</source>
        <translation>Schlechte wiederholen</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>The order comes from the seed; without, the list is shown as it is</source>
        <translation>Die Reihenfolge folgt der Startzahl; ohne wird die Liste gezeigt, wie sie ist</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Words whose trial was bad come once more at the end</source>
        <translation>Wörter mit schlechtem Durchgang kommen am Ende noch einmal</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Record to a file of its own</source>
        <translation>In eigene Datei aufnehmen</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Without: another recorder (a session's, LabRecorder) keeps the markers</source>
        <translation>Ohne: ein anderer Recorder (einer Sitzung, LabRecorder) hält die Marker fest</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Ground of the participant's page</source>
        <translation>Hintergrund der Seite für die Teilnehmenden</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>List of words or sentences</source>
        <translation>Liste von Wörtern oder Sätzen</translation>
    </message>
    <message>
        <location filename="../record/settings_form.py"/>
        <source>Lists (*.csv *.tsv *.txt)</source>
        <translation>Listen (*.csv *.tsv *.txt)</translation>
    </message>
    <message>
        <location filename="../record/simulated.py"/>
        <source>the simulated amplifier cannot be started ({error})</source>
        <translation>der simulierte Verstärker kann nicht starten ({error})</translation>
    </message>
    <message>
        <location filename="../report/facts.py"/>
        <source>simulated or not: cannot tell</source>
        <translation>simuliert oder nicht: nicht zu sagen</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>a session runs: nothing is read, decoded or played meanwhile, so that it does not suffer</source>
        <translation>eine Sitzung läuft: derweil wird nichts gelesen, decodiert oder abgespielt, damit sie nicht leidet</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Recordings (*.xdf *.xdfz *.nwb *.h5 *.hdf5 *.npy *.vhdr *.edf *.bdf *.fif);;All files (*)</source>
        <translation>Aufnahmen (*.xdf *.xdfz *.nwb *.h5 *.hdf5 *.npy *.vhdr *.edf *.bdf *.fif);;Alle Dateien (*)</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Look into a recording</source>
        <translation>In eine Aufnahme sehen</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Decode with the decoder in this folder</source>
        <translation>Mit dem Decoder in diesem Ordner decodieren</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Picture of this moment</source>
        <translation>Bild dieses Moments</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Pictures (*.png)</source>
        <translation>Bilder (*.png)</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>saved: {path}</source>
        <translation>gespeichert: {path}</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>stopped, because a session runs</source>
        <translation>gestoppt, weil eine Sitzung läuft</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>{n} features at {rate} Hz</source>
        <translation>{n} Merkmale mit {rate} Hz</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>{n} channels at {rate} Hz</source>
        <translation>{n} Kanäle mit {rate} Hz</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Decode with…</source>
        <translation>Decodieren mit…</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Play sound</source>
        <translation>Ton abspielen</translation>
    </message>
    <message>
        <location filename="../report/look_page.py"/>
        <source>Play decoded voice</source>
        <translation>Decodierte Stimme abspielen</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>reading it back: is it whole?</source>
        <translation>liest zurück: ist sie vollständig?</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>reading it, piece by piece</source>
        <translation>liest, Stück für Stück</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>decoding it, behind all others</source>
        <translation>decodiert, hinter allen anderen</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>no folder for what is shown: the disk for temporary files is full or cannot be written</source>
        <translation>kein Ordner für das, was gezeigt wird: die Platte für temporäre Dateien ist voll oder nicht beschreibbar</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>whole or not: cannot tell; only XDF files carry what tells it</source>
        <translation>vollständig oder nicht: nicht zu sagen; nur XDF-Dateien enthalten, was es sagt</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>it ended without a word</source>
        <translation>es endete ohne Meldung</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>{name} is whole: read back just now</source>
        <translation>{name} ist vollständig: eben zurückgelesen</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>{name} is NOT whole: {why}</source>
        <translation>{name} ist NICHT vollständig: {why}</translation>
    </message>
    <message>
        <location filename="../report/looking.py"/>
        <source>nothing had to be guessed or mended</source>
        <translation>nichts musste geraten oder ausgebessert werden</translation>
    </message>
    <message>
        <location filename="../report/marker_row.py"/>
        <source>Markers</source>
        <translation>Marker</translation>
    </message>
    <message>
        <location filename="../report/marker_row.py"/>
        <source>markers</source>
        <translation>Marker</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>decoded by {name}</source>
        <translation>decodiert von {name}</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>LEAK: {name} was trained on this signal ({why}): it may be remembered, and says nothing about decoding</source>
        <translation>LECK: {name} wurde mit diesem Signal trainiert ({why}): es kann erinnert sein und sagt nichts über das Decodieren</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>whether it was trained on this signal: CANNOT TELL: {why}</source>
        <translation>ob es mit diesem Signal trainiert wurde: NICHT FESTSTELLBAR: {why}</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>it was trained on none of this signal</source>
        <translation>er wurde auf nichts von diesem Signal trainiert</translation>
    </message>
    <message>
        <location filename="../report/opened.py"/>
        <source>it speaks {n} ms ahead of the sound, as it was trained to</source>
        <translation>es spricht {n} ms vor dem Ton, wie es trainiert wurde</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>a session runs: nothing is read back meanwhile, so that it does not suffer</source>
        <translation>eine Sitzung läuft: derweil wird nichts zurückgelesen, damit sie nicht leidet</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>reading it back</source>
        <translation>liest zurück</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>Stop ends it</source>
        <translation>Stopp beendet es</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>nothing of {participant} was saved yet</source>
        <translation>von {participant} ist noch nichts gespeichert</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>go to Record or Speak</source>
        <translation>gehen Sie zu Aufnehmen oder Sprechen</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>a session runs</source>
        <translation>eine Sitzung läuft</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>see Report when it has ended</source>
        <translation>siehe Bericht, wenn sie zu Ende ist</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>see its figures</source>
        <translation>siehe die Zahlen</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>Check it now reads it back</source>
        <translation>Jetzt prüfen liest sie zurück</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>sessions and recordings are saved in {folder}</source>
        <translation>Sitzungen und Aufnahmen werden gespeichert in {folder}</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>Check it now</source>
        <translation>Jetzt prüfen</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>reading it back, behind all others</source>
        <translation>liest zurück, hinter allen anderen</translation>
    </message>
    <message>
        <location filename="../report/page.py"/>
        <source>no file manager can be opened here; the folder is {folder}</source>
        <translation>hier lässt sich keine Dateiverwaltung öffnen; der Ordner ist {folder}</translation>
    </message>
    <message>
        <location filename="../report/player.py"/>
        <source>it cannot be played ({error!r})</source>
        <translation>es kann nicht abgespielt werden ({error!r})</translation>
    </message>
    <message>
        <location filename="../report/read_back.py"/>
        <source>the report: {why}</source>
        <translation>der Bericht: {why}</translation>
    </message>
    <message>
        <location filename="../report/read_back.py"/>
        <source>checked</source>
        <translation>geprüft</translation>
    </message>
    <message>
        <location filename="../report/read_back.py"/>
        <source>{name} is NOT whole: {reasons}</source>
        <translation>{name} ist NICHT vollständig: {reasons}</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>{folder}: cannot be looked at ({error})</source>
        <translation>{folder}: kann nicht angesehen werden ({error})</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>no figures of the session: {error}</source>
        <translation>keine Zahlen der Sitzung: {error}</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>the report cannot be read: {error}</source>
        <translation>der Bericht kann nicht gelesen werden: {error}</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>no report yet: Check it now makes one</source>
        <translation>noch kein Bericht: Jetzt prüfen macht einen</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>{who}{frames} frames decoded, {gaps} gaps in the signal</source>
        <translation>{who}{frames} Frames decodiert, {gaps} Lücken im Signal</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>age of the data at the ear: {usual} usually, {rare} in 1 of 100</source>
        <translation>Alter der Daten am Ohr: meist {usual}, {rare} in 1 von 100</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>sound: {underruns} underruns, limiter {limiter_hits} times</source>
        <translation>Ton: {underruns} Aussetzer, Begrenzer {limiter_hits} Mal</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>may have been trained on this session</source>
        <translation>wurde vielleicht auf dieser Sitzung trainiert</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>was trained on {file}</source>
        <translation>wurde auf {file} trainiert</translation>
    </message>
    <message>
        <location filename="../report/saved.py"/>
        <source>Replay this: the decoder in use, {bundle}, {was}: what it says of it may be remembered, not decoded</source>
        <translation>Wieder abspielen: der Decoder in Gebrauch, {bundle}, {was}: was er davon sagt, kann erinnert sein, nicht decodiert</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>OWN VOICE: the microphone heard the decoded voice: what agrees with it may be the loudspeaker</source>
        <translation>EIGENE STIMME: das Mikrofon hörte die decodierte Stimme: was mit ihm übereinstimmt, kann der Lautsprecher sein</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>CONTAMINATED: the microphone's sound is in {channels}: nothing that is measured here says anything</source>
        <translation>KONTAMINIERT: der Ton des Mikrofons ist in {channels}: nichts, was hier gemessen wird, sagt etwas aus</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>no channel holds the sound itself</source>
        <translation>kein Kanal enthält den Ton selbst</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>whether the microphone's sound is in the channels: CANNOT TELL: {why}</source>
        <translation>ob der Ton des Mikrofons in den Kanälen ist: NICHT FESTSTELLBAR: {why}</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>CONTAMINATED: the microphone's sound is in what was decoded there, or learnt from</source>
        <translation>KONTAMINIERT: der Ton des Mikrofons ist in dem, was dort decodiert wurde, oder woraus gelernt wurde</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>LEAK: the decoder was trained on what it decoded there</source>
        <translation>LECK: der Decoder wurde auf dem trainiert, was er dort decodierte</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>OWN VOICE: the microphone heard the decoded voice there, or in what was learnt from</source>
        <translation>EIGENE STIMME: das Mikrofon hörte dort, oder in dem, woraus gelernt wurde, die decodierte Stimme</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>{name} against the microphone: r {whole}, inside speech {inside}</source>
        <translation>{name} gegen das Mikrofon: r {whole}, in Sprache {inside}</translation>
    </message>
    <message>
        <location filename="../report/told.py"/>
        <source>no microphone was recorded: nothing to compare the voice with</source>
        <translation>kein Mikrofon wurde aufgenommen: nichts, womit die Stimme zu vergleichen wäre</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Picture of the session</source>
        <translation>Bild der Sitzung</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>What was saved, newest first</source>
        <translation>Was gespeichert ist, Neuestes zuerst</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Up and Down choose; what is known of the chosen one stands beside the list</source>
        <translation>Auf und Ab wählen; was man von der gewählten weiß, steht neben der Liste</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Replay this</source>
        <translation>Wieder abspielen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Look again</source>
        <translation>Liste neu lesen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Look into it</source>
        <translation>Hineinsehen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Open a file…</source>
        <translation>Datei öffnen…</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>See, scrub, hear and decode its first recording</source>
        <translation>Ihre erste Aufnahme sehen, durchfahren, hören und decodieren</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Look into any recording, of whomever (Ctrl+O), or drop one on this page</source>
        <translation>In eine beliebige Aufnahme sehen, von wem auch immer (Strg+O), oder eine auf diese Seite ziehen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Read every recording of it back, and make the session's report, in processes of their own</source>
        <translation>Jede Aufnahme daraus zurücklesen und den Bericht der Sitzung machen, in eigenen Prozessen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Show the folder in the desktop's file manager</source>
        <translation>Den Ordner in der Dateiverwaltung zeigen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Start a session, SIMULATED, that decodes this recording with the participant's decoder</source>
        <translation>Eine Sitzung starten, SIMULIERT, die diese Aufnahme mit dem Decoder des Profils decodiert</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Read the list again</source>
        <translation>Die Liste neu lesen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Whether it is whole</source>
        <translation>Ob es vollständig ist</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>What is done with it now</source>
        <translation>Was jetzt damit geschieht</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Where it was saved</source>
        <translation>Wo es gespeichert ist</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Figures</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>What it is worth</source>
        <translation>Was es wert ist</translation>
    </message>
    <message>
        <location filename="../report/view.py"/>
        <source>newest first</source>
        <translation>Neuestes zuerst</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>What is in the file</source>
        <translation>Was in der Datei ist</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>What is open</source>
        <translation>Was offen ist</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>◀ List</source>
        <translation>◀ Liste</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Picture…</source>
        <translation>Bild…</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Back to what was saved of this participant</source>
        <translation>Zurück zu dem, was von diesem Profil gespeichert ist</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Look into another recording, of whomever (Ctrl+O), or drop it here</source>
        <translation>In eine andere Aufnahme sehen, von wem auch immer (Strg+O), oder hierher ziehen</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Let a decoder make a voice of it, in a process of its own behind all others</source>
        <translation>Einen Decoder daraus eine Stimme machen lassen, in einem eigenen Prozess hinter allen anderen</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Write a picture of this moment (PNG), with file, time and SIMULATED in its title</source>
        <translation>Ein Bild dieses Moments schreiben (PNG), mit Datei, Zeit und SIMULATED im Titel</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Play from the cursor on, softly and never loud; again stops (P)</source>
        <translation>Von der Marke an abspielen, leise und nie laut; nochmals stoppt (P)</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Play what the decoder made of it, from the cursor on; again stops (V)</source>
        <translation>Abspielen, was der Decoder daraus machte, von der Marke an; nochmals stoppt (V)</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Place in the recording</source>
        <translation>Stelle in der Aufnahme</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Left and Right: a tenth of a second; Page up and down: half of what is shown</source>
        <translation>Links und Rechts: eine Zehntelsekunde; Bild auf und ab: die Hälfte des Gezeigten</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Time of the cursor</source>
        <translation>Zeit der Marke</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Features</source>
        <translation>Merkmale</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>{at} of {end}</source>
        <translation>{at} von {end}</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Mel of the sound</source>
        <translation>Mel des Tons</translation>
    </message>
    <message>
        <location filename="../report/viewer.py"/>
        <source>Decoded mel</source>
        <translation>Decodiertes Mel</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>nothing was recorded: no {file} in the folder</source>
        <translation>nichts wurde aufgenommen: kein {file} im Ordner</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>{file} was not read back when it ended</source>
        <translation>{file} wurde am Ende nicht zurückgelesen</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>{file} has {size} bytes, {saved} were saved: it was changed or cut off</source>
        <translation>{file} hat {size} Bytes, {saved} waren gespeichert: sie wurde verändert oder abgeschnitten</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>its check says no more</source>
        <translation>die Prüfung sagt nicht mehr</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>{file} is NOT whole: {why}</source>
        <translation>{file} ist NICHT vollständig: {why}</translation>
    </message>
    <message>
        <location filename="../report/whole.py"/>
        <source>{file} was whole when it was saved: {size:.1f} MB, read back</source>
        <translation>{file} war beim Speichern vollständig: {size:.1f} MB, zurückgelesen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoding stalled: nothing for {seconds} s; {does}</source>
        <translation>die Decodierung stockt: seit {seconds} s nichts; {does}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoding stalled again and again: nothing for {seconds} s; {does}</source>
        <translation>die Decodierung stockt immer wieder: seit {seconds} s nichts; {does}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>silent until it goes on</source>
        <translation>still, bis es weitergeht</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>silent each time</source>
        <translation>jedes Mal still</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoding goes on; it stood still for {seconds} s</source>
        <translation>die Decodierung läuft weiter; sie stand {seconds} s still</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoding stood still for {stood} s</source>
        <translation>die Decodierung stand {stood} s still</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>decoder slower than real time: {behind} s behind, {factor} s of computing for each second of signal, most of it {most}; what is too old is not heard, what waits is dropped</source>
        <translation>Decoder langsamer als Echtzeit: {behind} s zurück, {factor} s Rechnen je Sekunde Signal, das meiste davon {most}; was zu alt ist, hört man nicht, was wartet, entfällt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the decoder keeps up again; it was up to {furthest} s behind</source>
        <translation>der Decoder kommt wieder mit; er lag bis zu {furthest} s zurück</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{error}; decoding goes on on the CPU</source>
        <translation>{error}; die Decodierung läuft auf der CPU weiter</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing is recorded any more</source>
        <translation>es wird nichts mehr aufgenommen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>THE RECORDING IS NOT WHOLE</source>
        <translation>DIE AUFNAHME IST NICHT VOLLSTÄNDIG</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>saved in {folder}</source>
        <translation>gespeichert in {folder}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>error: {why}</source>
        <translation>Fehler: {why}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{few} of {n} words have fewer than {least} good trials</source>
        <translation>{few} von {n} Wörtern haben weniger als {least} gute Durchgänge</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{minutes} of {wanted} minutes</source>
        <translation>{minutes} von {wanted} Minuten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>columns that are not used: {names}</source>
        <translation>Spalten, die nicht verwendet werden: {names}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} of {all} lines hold a word that is there already: it is shown that much oftener</source>
        <translation>{n} von {all} Zeilen enthalten ein Wort, das schon da ist: es wird entsprechend öfter gezeigt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the recording holds no sample of {source}, the stream that was decoded</source>
        <translation>die Aufnahme enthält keinen Wert von {source}, dem Stream, der decodiert wurde</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the recorder hung when the session ended: the end of the recording may be missing</source>
        <translation>der Recorder hing, als die Sitzung endete: das Ende der Aufnahme kann fehlen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the recorder has hung for {seconds} s: a second one records into {second}; what is before it, and after the end of {hung}, is lost unless that one wakes up</source>
        <translation>der Recorder hängt seit {seconds} s: ein zweiter nimmt auf in {second}; was davor liegt und nach dem Ende von {hung}, ist verloren, wenn jener nicht wieder aufwacht</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the recorder records into {file}</source>
        <translation>der Recorder nimmt auf in {file}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing is recorded yet: the recorder has made no {file} within {seconds} s</source>
        <translation>noch ist nichts aufgenommen: der Recorder hat {file} nicht innerhalb von {seconds} s angelegt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the engine ended with exit code {code}; sound has stopped</source>
        <translation>die Engine endete mit Exitcode {code}; der Ton ist aus</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the {child} hangs: no sign of life for {seconds} s</source>
        <translation>{child} hängt: seit {seconds} s kein Lebenszeichen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the window hung for {seconds} s: a new one is opened</source>
        <translation>das Fenster hing {seconds} s: ein neues öffnet sich</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the machine slept, or all that runs on it stood still, for {seconds} s</source>
        <translation>der Rechner schlief, oder alles darauf stand still, {seconds} s lang</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the engine, or the whole machine, stood still for {stood} s; it goes on with a new segment</source>
        <translation>die Engine oder der ganze Rechner stand {stood} s still; es geht mit einem neuen Segment weiter</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>files and status of the engine stood still for {stood} s; the voice went on</source>
        <translation>Dateien und Status der Engine standen {stood} s still; die Stimme lief weiter</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the connection to {name} was dead: it is recorded on over a new one, with a hole</source>
        <translation>die Verbindung zu {name} war tot: die Aufnahme geht über eine neue weiter, mit einer Lücke</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} was renamed or moved and is recorded on there: put it back</source>
        <translation>{file} wurde umbenannt oder verschoben und wird dort weiter aufgenommen: legen Sie sie zurück</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} is at its place again</source>
        <translation>{file} liegt wieder an ihrem Platz</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{path}: recording stopped, {why}; leave the folder alone while it is recorded</source>
        <translation>{path}: Aufnahme angehalten, {why}; lassen Sie den Ordner in Ruhe, solange aufgenommen wird</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the file was removed while it was written, and all {n} bytes of it are lost</source>
        <translation>die Datei wurde während des Schreibens entfernt, und alle {n} Bytes darin sind verloren</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>another program has cut the file off at byte {at} of {n}</source>
        <translation>ein anderes Programm hat die Datei bei Byte {at} von {n} abgeschnitten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} takes no events ({error}); the session goes on without them</source>
        <translation>{file} nimmt keine Ereignisse auf ({error}); die Sitzung geht ohne sie weiter</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} takes events again; {n} are missing in it</source>
        <translation>{file} nimmt wieder Ereignisse auf; {n} fehlen darin</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>latency.json is not kept up: {error}</source>
        <translation>latency.json wird nicht fortgeführt: {error}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>latency.json is kept up again</source>
        <translation>latency.json wird wieder fortgeführt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{file} is not kept up ({error}); the recording has it</source>
        <translation>{file} wird nicht fortgeführt ({error}); die Aufnahme hat es</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the disk is full in {time}: free some room</source>
        <translation>die Platte ist in {time} voll: schaffen Sie Platz</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the disk lasts {time} again</source>
        <translation>die Platte reicht wieder für {time}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the disk is nearly full: voice, mel, features and attention are not recorded any more</source>
        <translation>die Platte ist fast voll: Stimme, Mel, Merkmale und Aufmerksamkeit werden nicht mehr aufgenommen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>how long the disk lasts cannot be told: {error}</source>
        <translation>wie lange die Platte reicht, lässt sich nicht sagen: {error}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>more than a month</source>
        <translation>mehr als ein Monat</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} days</source>
        <translation>{n} Tage</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} hours</source>
        <translation>{n} Stunden</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} minutes</source>
        <translation>{n} Minuten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{free} MB of memory are left, enough again</source>
        <translation>{free} MB Speicher sind frei, wieder genug</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{free} MB of this machine's memory are left, expected {least}: close other programs (the session itself takes, in MB: {own})</source>
        <translation>vom Speicher dieses Rechners sind {free} MB frei, erwartet {least}: schließen Sie andere Programme (die Sitzung selbst belegt, in MB: {own})</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>stream {name}: no sample for {seconds} s</source>
        <translation>Stream {name}: seit {seconds} s kein Wert</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>stream {name} is back after {gone} s with the same channels and rate</source>
        <translation>Stream {name} ist nach {gone} s zurück, mit denselben Kanälen und derselben Rate</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>stream {name} came back {what}; start the session anew with a decoder for it</source>
        <translation>Stream {name} kam anders zurück: {what}; beginnen Sie die Sitzung neu, mit einem Decoder dafür</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>samples arrive {late} s late</source>
        <translation>Werte kommen {late} s zu spät</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the device runs at {rate} Hz instead of {announced} Hz; set its program to announce the true rate</source>
        <translation>das Gerät läuft mit {rate} Hz statt {announced} Hz; stellen Sie sein Programm auf die wahre Rate ein</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the device runs at its announced {announced} Hz again</source>
        <translation>das Gerät läuft wieder mit den gemeldeten {announced} Hz</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the time stamps are right again</source>
        <translation>die Zeitstempel stimmen wieder</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{what} {kind} ({by}): age does not go by them; let the sender stamp with LSL's local_clock()</source>
        <translation>{what} {kind} ({by}): das Alter richtet sich nicht danach; der Sender soll mit LSLs local_clock() stempeln</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the stream's time stamps</source>
        <translation>die Zeitstempel des Streams</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>are on another clock</source>
        <translation>folgen einer anderen Uhr</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>are no times</source>
        <translation>sind keine Zeiten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>packets hold {packet} ms (the longest {burst} times that): data are {age} ms old when they can be heard; more than {limit} ms are not let out, and it stays silent: let the amplifier send shorter packets, or start `run` with --max-age-ms {enough}</source>
        <translation>Pakete dauern {packet} ms (das längste {burst} Mal so lang): die Daten sind {age} ms alt, wenn man sie hören kann; mehr als {limit} ms wird nicht durchgelassen, und es bleibt still: der Verstärker soll kürzere Pakete senden, oder starten Sie `run` mit --max-age-ms {enough}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>packets are short enough to be heard</source>
        <translation>die Pakete sind kurz genug, um gehört zu werden</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} of {all} channels are dead and masked: {some}</source>
        <translation>{n} von {all} Kanälen sind tot und maskiert: {some}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no channel is dead any more</source>
        <translation>kein Kanal ist mehr tot</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>dead for {seconds} s, masked: {some}</source>
        <translation>{seconds} s tot, maskiert: {some}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} of {all} features drifted more than {limit} training deviations: {some}</source>
        <translation>{n} von {all} Merkmalen sind mehr als {limit} Standardabweichungen vom Training weggedriftet: {some}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>recalibrate, or mask them</source>
        <translation>nehmen Sie eine Baseline auf oder maskieren Sie sie</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the features are as in training, or in the baseline, again</source>
        <translation>die Merkmale sind wieder wie im Training oder in der Baseline</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>channel {label} masked by command</source>
        <translation>Kanal {label} auf Befehl maskiert</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>channel {label} unmasked by command</source>
        <translation>Kanal {label} auf Befehl wieder aufgenommen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>baseline of {seconds} s begins</source>
        <translation>Baseline von {seconds} s beginnt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>baseline ends</source>
        <translation>Baseline ist fertig</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>baseline given up; the normalisation stays as it is</source>
        <translation>Baseline aufgegeben; die Normierung bleibt, wie sie ist</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>recalibration undone</source>
        <translation>Neukalibrierung zurückgenommen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name} is back</source>
        <translation>{name} ist zurück</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name} is back after {away} s</source>
        <translation>{name} ist nach {away} s zurück</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{wanted} is expected and is not there</source>
        <translation>{wanted} wird erwartet und ist nicht da</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name} is expected and has sent nothing for {seconds} s: {how}</source>
        <translation>{name} wird erwartet und hat seit {seconds} s nichts gesendet: {how}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>it is announced still</source>
        <translation>es wird noch angekündigt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>it is not announced any more</source>
        <translation>es wird nicht mehr angekündigt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the decoder is unsure for {seconds} s: the voice is faded out until it is sure (--fade-unsure)</source>
        <translation>der Decoder ist seit {seconds} s unsicher: die Stimme ist ausgeblendet, bis er sicher ist (--fade-unsure)</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the decoder is sure again: the voice is let out</source>
        <translation>der Decoder ist wieder sicher: die Stimme ist wieder zu hören</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>contamination {colour}: {text}</source>
        <translation>Kontamination {colour}: {text}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>green</source>
        <translation>grün</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>yellow</source>
        <translation>gelb</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>red</source>
        <translation>rot</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no microphone</source>
        <translation>kein Mikrofon</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no contamination heard</source>
        <translation>keine Kontamination gehört</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>CONTAMINATED: {channels}</source>
        <translation>KONTAMINIERT: {channels}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>suspect: {channels}</source>
        <translation>verdächtig: {channels}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the sound itself is in {channels}</source>
        <translation>der Ton selbst ist in {channels}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the sound may be in {channels}</source>
        <translation>der Ton ist vielleicht in {channels}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell: {reason}</source>
        <translation>nicht zu sagen: {reason}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell yet: {seconds} s of both signals</source>
        <translation>noch nicht zu sagen: {seconds} s von beiden Signalen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell: no neural signal</source>
        <translation>nicht zu sagen: kein Hirnsignal</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>watch ended</source>
        <translation>Überwachung beendet</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing from the watch for {seconds} s</source>
        <translation>seit {seconds} s nichts von der Überwachung</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>CONTAMINATED: the microphone's sound is in channels of this session ({channels})</source>
        <translation>KONTAMINIERT: der Ton des Mikrofons ist in Kanälen dieser Sitzung ({channels})</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Follows your speech better than chance</source>
        <translation>Folgt der Sprache besser als Zufall</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Better than the linear decoder (ridge)</source>
        <translation>Besser als der lineare Decoder (ridge)</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Contaminated by the microphone</source>
        <translation>Durch das Mikrofon kontaminiert</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Do not trust it: {check}</source>
        <translation>Nicht vertrauen: {check}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell</source>
        <translation>nicht zu sagen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell: {time} kept aside are too short to tell; record more and train again</source>
        <translation>nicht zu sagen: {time} zurückbehalten sind zu kurz; nehmen Sie mehr auf und trainieren Sie neu</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>yes in {n} of {all} recordings</source>
        <translation>ja in {n} von {all} Aufnahmen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>yes in {n} of {all} recordings, {open} cannot tell</source>
        <translation>ja in {n} von {all} Aufnahmen, bei {open} nicht zu sagen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>scored on {time} that training did not see, {speech} of them speech</source>
        <translation>bewertet an {time}, die das Training nicht sah, davon {speech} Sprache</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>scored on {time} that training did not see, {speech} of them speech: too little speech to be sure of anything, record more</source>
        <translation>bewertet an {time}, die das Training nicht sah, davon {speech} Sprache: zu wenig Sprache, um sicher zu sein, nehmen Sie mehr auf</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>today alone is scored, the earlier days were learnt as a whole</source>
        <translation>nur heute wird bewertet, die früheren Tage wurden ganz gelernt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>channels left out, because not every recording has them as good ones: {names}</source>
        <translation>Kanäle weggelassen, weil nicht jede Aufnahme sie als gute hat: {names}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>SIMULATED: says that the program works, nothing about people; {text}</source>
        <translation>SIMULIERT: sagt, dass das Programm läuft, nichts über Menschen; {text}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Better than ridge: {answer}; ridge is kept</source>
        <translation>Besser als ridge: {answer}; ridge bleibt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>Better than ridge: {answer}; the {name} is kept</source>
        <translation>Besser als ridge: {answer}; {name} bleibt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>About {minutes} more minutes would help: {answer}</source>
        <translation>Etwa {minutes} Minuten mehr würden helfen: {answer}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>About {minutes} more minutes would help: {answer} (a minute of speech is needed; {seconds} s so far)</source>
        <translation>Etwa {minutes} Minuten mehr würden helfen: {answer} (es braucht eine Minute Sprache; bisher {seconds} s)</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>About {minutes} more minutes would help: {answer} (r inside speech {r}, 95 % {low} to {high})</source>
        <translation>Etwa {minutes} Minuten mehr würden helfen: {answer} (r in Sprache {r}, 95 % {low} bis {high})</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no learning curve of {name}: {why}</source>
        <translation>keine Lernkurve von {name}: {why}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing was learnt</source>
        <translation>nichts wurde gelernt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the linear decoder in {name}, each stretch decoded before it was learnt</source>
        <translation>der lineare Decoder in {name}, jedes Stück decodiert, bevor es gelernt wurde</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the linear decoder in {name}, each stretch decoded before it was learnt; {n} other ticked recording not counted</source>
        <translation>der lineare Decoder in {name}, jedes Stück decodiert, bevor es gelernt wurde; {n} andere angehakte Aufnahme zählt nicht</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the linear decoder in {name}, each stretch decoded before it was learnt; {n} other ticked recordings not counted</source>
        <translation>der lineare Decoder in {name}, jedes Stück decodiert, bevor es gelernt wurde; {n} andere angehakte Aufnahmen zählen nicht</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>contamination</source>
        <translation>Kontamination</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>artefact</source>
        <translation>Artefakt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound moved</source>
        <translation>Ton verlegt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>feedback loop</source>
        <translation>Rückkopplung</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{share} of the channels are more than {limit} standard deviations above their training (a cable, chewing, a seizure; if it stays, a wrong unit or gain): {does}</source>
        <translation>{share} der Kanäle liegen mehr als {limit} Standardabweichungen über ihrem Training (ein Kabel, Kauen, ein Anfall; wenn es bleibt, falsche Einheit oder Verstärkung): {does}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is held until {seconds} s without</source>
        <translation>die Stimme wird zurückgehalten, bis es {seconds} s lang vorbei ist</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice goes on (--artefacts say)</source>
        <translation>die Stimme läuft weiter (--artefacts say)</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the channels are as in training again</source>
        <translation>die Kanäle sind wieder wie im Training</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice holds values that are no numbers, and is silent there; if it stays, change the decoder</source>
        <translation>die Stimme enthält Werte, die keine Zahlen sind, und ist dort still; bleibt das so, einen anderen Decoder nehmen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>all values of the voice are numbers again</source>
        <translation>alle Werte der Stimme sind wieder Zahlen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>feedback loop: the voice ended {times} of {all} times when its own sound was left out, and never when it was not; it is held: turn it down or use earphones, then release it</source>
        <translation>Rückkopplung: die Stimme endete {times} von {all} Malen, wenn ihr eigener Ton weggelassen wurde, und nie, wenn nicht; sie wird zurückgehalten: leiser stellen oder Ohrhörer benutzen, dann freigeben</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice was released from the feedback loop</source>
        <translation>die Stimme wurde nach der Rückkopplung freigegeben</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>voice moved from {here} to {there}, kept back: bring it back, or release "{hold}"</source>
        <translation>die Stimme ging von {here} zu {there} und wird zurückgehalten: holen Sie sie zurück, oder geben Sie "{hold}" frei</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell where the voice goes ({why}), kept back: mend that, or release "{hold}"</source>
        <translation>nicht zu sagen, wohin die Stimme geht ({why}), sie wird zurückgehalten: beheben Sie das, oder geben Sie "{hold}" frei</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>cannot tell where the sound server plays the voice ({why}): watch the plug of the headphones</source>
        <translation>nicht zu sagen, wo der Soundserver die Stimme spielt ({why}): achten Sie auf den Stecker des Kopfhörers</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is played on {place}</source>
        <translation>die Stimme klingt auf {place}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is heard on {place} again</source>
        <translation>die Stimme klingt wieder auf {place}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is {said}: {what}; set it right in the system's sound settings</source>
        <translation>die Stimme ist {said}: {what}; stellen Sie das in den Toneinstellungen des Systems richtig</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>muted in the sound server</source>
        <translation>im Soundserver stummgeschaltet</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>amplified to {volume} by the sound server</source>
        <translation>vom Soundserver auf {volume} verstärkt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>not where its level was measured</source>
        <translation>nicht dort, wo ihr Pegel gemessen wurde</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>turned up in the sound server</source>
        <translation>im Soundserver lauter gestellt</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nobody knows how loud it is at the ear</source>
        <translation>niemand weiß, wie laut sie am Ohr ist</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing is heard</source>
        <translation>zu hören ist nichts</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the session's ceiling is exceeded</source>
        <translation>die Obergrenze der Sitzung wird überschritten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the sound server neither mutes nor amplifies the voice any more</source>
        <translation>der Soundserver dämpft oder verstärkt die Stimme nicht mehr</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the voice is played where and as it was measured again</source>
        <translation>die Stimme wird wieder dort und so wiedergegeben, wie gemessen wurde</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound device {name} stopped; trying to open it again</source>
        <translation>Tongerät {name} ist ausgefallen; es wird versucht, es wieder zu öffnen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound device {name} stopped</source>
        <translation>Tongerät {name} ist ausgefallen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound device {name} is not back: {reason}</source>
        <translation>Tongerät {name} ist nicht zurück: {reason}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>sound goes on, on {name}</source>
        <translation>der Ton läuft weiter, auf {name}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the sound device was served too late; it is opened again, with larger blocks</source>
        <translation>das Tongerät wurde zu spät bedient; es wird neu geöffnet, mit größeren Blöcken</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} underrun(s): the sound was not ready in time; {kept} ms are kept in reserve</source>
        <translation>{n} Aussetzer: der Ton war nicht rechtzeitig fertig; {kept} ms werden in Reserve gehalten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} underrun(s): the device was served too late though sound was waiting: this computer or its sound server took {took} ms from one block to the next, the device holds {holds} ms</source>
        <translation>{n} Aussetzer: das Gerät wurde zu spät bedient, obwohl Ton wartete: dieser Rechner oder sein Tonserver brauchte {took} ms von einem Block zum nächsten, das Gerät fasst {holds} ms</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{n} underrun(s): the sound was not ready in time (the last came {since} ms after the one before, {waited} ms until its signal was there and {took} ms to compute it); {kept} ms are kept in reserve</source>
        <translation>{n} Aussetzer: der Ton war nicht rechtzeitig fertig (der letzte kam {since} ms nach dem davor: {waited} ms, bis sein Signal da war, und {took} ms zum Rechnen); {kept} ms werden in Reserve gehalten</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>unmute: a mute or panic came after it; still muted, ask again</source>
        <translation>Ton an: danach kam Stumm oder PANIC; weiterhin stumm, bitte erneut</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name}: {n} channels at {rate} Hz</source>
        <translation>{name}: {n} Kanäle mit {rate} Hz</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name}: {n} channels at {rate} Hz; there is no decoder yet to serve</source>
        <translation>{name}: {n} Kanäle mit {rate} Hz; noch gibt es keinen Decoder</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name}: {n} channels at {rate} Hz serve the decoder's {needed} channels</source>
        <translation>{name}: {n} Kanäle mit {rate} Hz, genug für die {needed} Kanäle des Decoders</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no sound device wanted: the voice goes to decoded.wav only</source>
        <translation>kein Tongerät gewünscht: die Stimme geht nur in decoded.wav</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>no sound device yet: the voice goes to decoded.wav until there is one</source>
        <translation>noch kein Tongerät: die Stimme geht in decoded.wav, bis eines da ist</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>{name}: {latency} ms by its own word</source>
        <translation>{name}: {latency} ms nach eigener Angabe</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>nothing is recorded</source>
        <translation>es wird nichts aufgenommen</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>the disk lasts for {time}</source>
        <translation>die Platte reicht für {time}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>expected streams are there: {names}</source>
        <translation>erwartete Streams sind da: {names}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>will be trained on</source>
        <translation>wird zum Training verwendet</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>will be trained on as {name}</source>
        <translation>wird zum Training verwendet als {name}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>will not be trained on: {why}</source>
        <translation>wird nicht zum Training verwendet: {why}</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>not in the decoder</source>
        <translation>nicht im Decoder</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>used as {name}</source>
        <translation>verwendet als {name}</translation>
    </message>
    <message>
        <location filename="../sound_thread.py"/>
        <source>sound_device in the participant's profile</source>
        <translation>sound_device im Profil</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>look at the cause, then let the sound out: Release, or Ctrl+R</source>
        <translation>sehen Sie nach der Ursache, dann lassen Sie den Ton durch: Freigeben oder Strg+R</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>it is heard again by itself; where it lasts, close other programs, then end and start the session anew</source>
        <translation>sie kommt von selbst wieder; dauert es an, schließen Sie andere Programme und beginnen Sie die Sitzung neu</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>look at the amplifier, its program and the cable; the session takes the stream up again by itself</source>
        <translation>prüfen Sie Verstärker, dessen Programm und Kabel; die Sitzung nimmt den Stream von selbst wieder auf</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>look at plug and power of the sound card; it is taken up again by itself</source>
        <translation>prüfen Sie Stecker und Strom der Soundkarte; sie wird von selbst wieder aufgenommen</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>turn the loudspeaker off until it answers</source>
        <translation>Lautsprecher ausschalten, bis die Engine antwortet</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>no status for {silent_s:.0f} s: what is shown is old</source>
        <translation>seit {silent_s:.0f} s kein Status: das Gezeigte ist alt</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>the voice is faded out</source>
        <translation>die Stimme ist ausgeblendet</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>too old, and the age is not known: cannot tell which part is slow; {faded}</source>
        <translation>zu alt, und das Alter ist unbekannt: nicht zu sagen, welcher Teil langsam ist; {faded}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>{age:.0f} ms old: {waits:.0f} ms of sound wait before the sound card; {faded}</source>
        <translation>{age:.0f} ms alt: {waits:.0f} ms Ton warten vor der Soundkarte; {faded}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>{age:.0f} ms old: decoding takes {takes:.0f} ms for a frame of {frame_ms:.0f} ms; {faded}</source>
        <translation>{age:.0f} ms alt: Decodieren dauert {takes:.0f} ms für einen Frame von {frame_ms:.0f} ms; {faded}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>{age:.0f} ms old: samples come {before:.0f} ms late from amplifier or network; {faded}</source>
        <translation>{age:.0f} ms alt: Werte kommen {before:.0f} ms zu spät von Verstärker oder Netz; {faded}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>disk for {time}</source>
        <translation>Platte für {time}</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>how sure: cannot tell</source>
        <translation>wie sicher: nicht zu sagen</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>UNSURE: the voice is faded out</source>
        <translation>UNSICHER: die Stimme ist ausgeblendet</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>UNSURE</source>
        <translation>UNSICHER</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>how sure: nothing yet</source>
        <translation>wie sicher: noch nichts</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>how sure: {share:.0%}, error {error:.0f} dB</source>
        <translation>wie sicher: {share:.0%}, Fehler {error:.0f} dB</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>stream gone: what is shown is old</source>
        <translation>Stream weg: das Gezeigte ist alt</translation>
    </message>
    <message>
        <location filename="../state_words.py"/>
        <source>nothing for {seconds:.0f} s</source>
        <translation>seit {seconds:.0f} s nichts</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Record</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Speak</source>
        <translation>Sprechen</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>A recording is replayed: no amplifier, nobody is decoded.</source>
        <translation>Eine Aufnahme wird abgespielt: kein Verstärker, niemand wird decodiert.</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Participant: whose profile is used</source>
        <translation>Teilnehmer:in: wessen Profil verwendet wird</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>Participant</source>
        <translation>Teilnehmer:in</translation>
    </message>
    <message>
        <location filename="../steps/bar.py"/>
        <source>What this step needs</source>
        <translation>Was dieser Schritt braucht</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>not checked yet: this window found the session running, and has not looked around itself</source>
        <translation>noch nicht geprüft: dieses Fenster fand die Sitzung schon laufend und hat sich nicht selbst umgesehen</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>go on to Record, then Train; or choose the folder of one with Decoder…</source>
        <translation>weiter mit Aufnehmen, dann Trainieren; oder wählen Sie den Ordner eines Decoders mit Decoder…</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>Choose New… first: the demo stays as it ships</source>
        <translation>Wählen Sie zuerst Neues Profil…: die Demo bleibt, wie sie ist</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>checking decoder, signal, disk and sound card</source>
        <translation>Decoder, Signal, Platte und Soundkarte werden geprüft</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>go to Check</source>
        <translation>gehen Sie zu Prüfen</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>not checked yet</source>
        <translation>noch nicht geprüft</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>a session runs: nothing is looked at meanwhile, so that it does not suffer</source>
        <translation>eine Sitzung läuft: derweil wird nichts geprüft, damit sie nicht leidet</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>none yet</source>
        <translation>noch keiner</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>could not be told, see what was found before</source>
        <translation>nicht zu sagen, siehe, was davor gefunden wurde</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>press Check again</source>
        <translation>drücken Sie Erneut prüfen</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>checking</source>
        <translation>wird geprüft</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>not checked</source>
        <translation>nicht geprüft</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>New participant</source>
        <translation>Neues Profil</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>Name: letters, digits, '.', '_' and '-'. No real names: it becomes part of file names.</source>
        <translation>Name: Buchstaben, Ziffern, '.', '_' und '-'. Keine echten Namen: er steht in Dateinamen.</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>{name}: there is one of that name; choose it above</source>
        <translation>{name}: den Namen gibt es schon; wählen Sie ihn oben</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>Folder of the decoder, as offline.train writes it</source>
        <translation>Ordner des Decoders, wie offline.train ihn schreibt</translation>
    </message>
    <message>
        <location filename="../steps/check.py"/>
        <source>choose a stream in the list first</source>
        <translation>wählen Sie zuerst einen Stream in der Liste</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>The stream that is chosen in the list goes into the participant's profile</source>
        <translation>Der in der Liste gewählte Stream kommt in das Profil</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>No stream is around that could be decoded: start the amplifier's LSL program</source>
        <translation>Es gibt keinen Stream, der decodiert werden kann: starten Sie das LSL-Programm des Verstärkers</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>This profile replays a recording: it decodes no stream that is around</source>
        <translation>Dieses Profil spielt eine Aufnahme ab: es decodiert keinen Stream der Umgebung</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Test tone…</source>
        <translation>Testton…</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>New participant…</source>
        <translation>Neues Profil…</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Decoder…</source>
        <translation>Decoder…</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Look at decoder, signal, disk and sound card again</source>
        <translation>Decoder, Signal, Platte und Soundkarte noch einmal prüfen</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>A profile of its own for somebody, from this one</source>
        <translation>Ein eigenes Profil für eine Person, aus diesem heraus</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Folder of the decoder that this participant's sessions use</source>
        <translation>Ordner des Decoders, den die Sitzungen dieses Profils verwenden</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Decode this stream</source>
        <translation>Diesen Stream decodieren</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>A soft tone on the sound device; it asks first</source>
        <translation>Ein leiser Ton auf dem Tongerät; fragt zuerst</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Sound device</source>
        <translation>Tongerät</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Sound device of this participant</source>
        <translation>Tongerät dieses Profils</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Mains frequency</source>
        <translation>Netzfrequenz</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Mains of this country: decoders are trained without it, and it is looked for above</source>
        <translation>Netzfrequenz dieses Landes: Decoder werden ohne sie trainiert, und oben wird nach ihr gesucht</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>mains {hz:g} Hz</source>
        <translation>Netz {hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>What was done last</source>
        <translation>Was zuletzt getan wurde</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Streams that are refused</source>
        <translation>Streams, die abgelehnt sind</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Channels of the decoded stream</source>
        <translation>Kanäle des decodierten Streams</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>A channel with a tick is decoded; without, it is left out</source>
        <translation>Ein Kanal mit Häkchen wird decodiert; ohne wird er weggelassen</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>no streams yet: start the amplifier's LSL program</source>
        <translation>noch keine Streams: starten Sie das LSL-Programm des Verstärkers</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>SIMULATED: the recording is replayed when the session starts</source>
        <translation>SIMULIERT: die Aufnahme wird abgespielt, wenn die Sitzung startet</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>left out by you</source>
        <translation>von Ihnen weggelassen</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>{title} in words</source>
        <translation>{title} in Worten</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>What a session needs</source>
        <translation>Was eine Sitzung braucht</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>Streams around</source>
        <translation>Streams in der Umgebung</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>rates are measured; packets no finer than 20 ms</source>
        <translation>Raten sind gemessen; Pakete nicht feiner als 20 ms</translation>
    </message>
    <message>
        <location filename="../steps/check_view.py"/>
        <source>click: leave out or take back</source>
        <translation>Klick: weglassen oder zurücknehmen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Decoder</source>
        <translation>Decoder</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Brain signal</source>
        <translation>Hirnsignal</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Recording</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Sound card</source>
        <translation>Soundkarte</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>Channels and mains</source>
        <translation>Kanäle und Netzbrummen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>choose its folder with Decoder…, or train one</source>
        <translation>wählen Sie den Ordner mit Decoder…, oder trainieren Sie einen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start the amplifier's LSL program, or choose its stream in the list</source>
        <translation>starten Sie das LSL-Programm des Verstärkers, oder wählen Sie seinen Stream in der Liste</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start what is missing, or make room on the disk</source>
        <translation>starten Sie, was fehlt, oder schaffen Sie Platz auf der Platte</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>plug the sound card in, or choose another one</source>
        <translation>schließen Sie die Soundkarte an, oder wählen Sie eine andere</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>; trained where the mains have {trained:g} Hz, the profile says {mains_hz:g} Hz</source>
        <translation>; trainiert bei einer Netzfrequenz von {trained:g} Hz, das Profil sagt {mains_hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>train again, or choose mains of {trained:g} Hz below</source>
        <translation>trainieren Sie neu, oder wählen Sie unten {trained:g} Hz Netzfrequenz</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>not wanted</source>
        <translation>nicht gewünscht</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>comes with the recording that is replayed</source>
        <translation>kommt mit der Aufnahme, die abgespielt wird</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>of type Audio</source>
        <translation>vom Typ Audio</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>no stream {what}</source>
        <translation>kein Stream {what}</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start it</source>
        <translation>starten Sie ihn</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>cannot tell: {n} microphones</source>
        <translation>nicht zu sagen, welches: {n} Mikrofone</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>name one in the profile</source>
        <translation>nennen Sie eines im Profil</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start it again</source>
        <translation>starten Sie ihn neu</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>{name}: listening</source>
        <translation>{name}: hört zu</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>{name}: silent ({level_db:.0f} dB)</source>
        <translation>{name}: still ({level_db:.0f} dB)</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>switch it on, speak</source>
        <translation>schalten Sie es ein und sprechen Sie</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>{name}: too loud ({level_db:.0f} dB)</source>
        <translation>{name}: zu laut ({level_db:.0f} dB)</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>turn it down</source>
        <translation>stellen Sie es leiser</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>{name}: {level_db:.0f} dB</source>
        <translation>{name}: {level_db:.0f} dB</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>no stream to look at yet</source>
        <translation>noch kein Stream zum Ansehen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>announced, but nothing for {silent_s:.0f} s</source>
        <translation>angekündigt, aber seit {silent_s:.0f} s nichts</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>start the amplifier's LSL program again</source>
        <translation>starten Sie das LSL-Programm des Verstärkers neu</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>mains ({mains_hz:g} Hz) {largest:.3g} at most, {middle:.3g} in the middle, in the stream's unit</source>
        <translation>Netzbrummen ({mains_hz:g} Hz) höchstens {largest:.3g}, in der Mitte {middle:.3g}, in der Einheit des Streams</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>flat: {few}</source>
        <translation>flach: {few}</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>check their cables, or leave them out</source>
        <translation>prüfen Sie die Kabel, oder lassen Sie sie weg</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>hum of {other:.3g} at {other_hz:g} Hz, and only {middle:.3g} at {mains_hz:g} Hz</source>
        <translation>Brummen von {other:.3g} bei {other_hz:g} Hz und nur {middle:.3g} bei {mains_hz:g} Hz</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>choose mains of {other_hz:g} Hz below, before anything is trained</source>
        <translation>wählen Sie unten {other_hz:g} Hz Netzfrequenz, bevor trainiert wird</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>comes at {true_rate:.1f} Hz, announced as {rate:g} Hz</source>
        <translation>kommt mit {true_rate:.1f} Hz, angekündigt mit {rate:g} Hz</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>check the amplifier's settings and the network</source>
        <translation>prüfen Sie die Einstellungen des Verstärkers und das Netz</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>its stamps are on another clock ({seconds:+.0f} s): how old it is nobody can tell from them</source>
        <translation>die Zeitstempel folgen einer anderen Uhr ({seconds:+.0f} s): wie alt es ist, kann daran niemand sehen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>let its program stamp by LSL's clock; a session goes by arrival</source>
        <translation>das Programm soll mit der Uhr von LSL stempeln; eine Sitzung richtet sich nach der Ankunft</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>samples are {age_ms:.0f} ms old when they come</source>
        <translation>Werte sind {age_ms:.0f} ms alt, wenn sie ankommen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>use a cable, not Wi-Fi</source>
        <translation>nehmen Sie ein Kabel, kein WLAN</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>no channel is flat</source>
        <translation>kein Kanal ist flach</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>not recorded: another session's replay</source>
        <translation>nicht aufgenommen: gehört zu einer anderen Sitzung</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>decoded and recorded</source>
        <translation>decodiert und aufgenommen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>expected, recorded</source>
        <translation>erwartet, aufgenommen</translation>
    </message>
    <message>
        <location filename="../steps/findings.py"/>
        <source>recorded</source>
        <translation>aufgenommen</translation>
    </message>
    <message>
        <location filename="../steps/json_process.py"/>
        <source>no process can be started: close other programs</source>
        <translation>kein Prozess kann starten: schließen Sie andere Programme</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>Sound in the electrodes</source>
        <translation>Ton in den Elektroden</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>move the microphone and its cable away from the amplifier's, or leave these channels out</source>
        <translation>legen Sie Mikrofon und Kabel weg vom Verstärker und dessen Kabeln, oder lassen Sie diese Kanäle weg</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>cannot tell: the profile has no microphone</source>
        <translation>nicht zu sagen: das Profil hat kein Mikrofon</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>not listened to yet</source>
        <translation>noch nicht abgehört</translation>
    </message>
    <message>
        <location filename="../steps/listening.py"/>
        <source>listening; let somebody speak</source>
        <translation>hört zu; lassen Sie jemanden sprechen</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>used when the window opens next; a session goes on meanwhile, and is found again</source>
        <translation>gilt, wenn das Fenster das nächste Mal öffnet; eine Sitzung läuft derweil weiter und wird wiedergefunden</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>text size {new} %</source>
        <translation>Textgröße {new} %</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>no other fits on this screen</source>
        <translation>eine andere passt nicht auf diesen Bildschirm</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>light look</source>
        <translation>helle Ansicht</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>dark look</source>
        <translation>dunkle Ansicht</translation>
    </message>
    <message>
        <location filename="../steps/looks.py"/>
        <source>language {language}</source>
        <translation>Sprache {language}</translation>
    </message>
    <message>
        <location filename="../steps/opening.py"/>
        <source>{error}; the demo is shown instead</source>
        <translation>{error}; stattdessen sehen Sie die Demo</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>under way</source>
        <translation>läuft</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>to do</source>
        <translation>zu tun</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>look at it</source>
        <translation>ansehen</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>not possible</source>
        <translation>nicht möglich</translation>
    </message>
    <message>
        <location filename="../steps/page.py"/>
        <source>{step} step</source>
        <translation>Schritt {step}</translation>
    </message>
    <message>
        <location filename="../steps/running.py"/>
        <source>a session runs already; end it first</source>
        <translation>eine Sitzung läuft schon; beenden Sie sie zuerst</translation>
    </message>
    <message>
        <location filename="../steps/running.py"/>
        <source>{log}: the session cannot be started ({error})</source>
        <translation>{log}: die Sitzung kann nicht starten ({error})</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>PANIC: stops what is played</source>
        <translation>PANIC: beendet, was abgespielt wird</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>no decoder yet: train one, or choose its folder in Check</source>
        <translation>noch kein Decoder: trainieren Sie einen, oder wählen Sie seinen Ordner in Prüfen</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>{command}: no session runs</source>
        <translation>{command}: keine Sitzung läuft</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>a session runs: end it first</source>
        <translation>eine Sitzung läuft: beenden Sie sie zuerst</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>not replayed: {why}</source>
        <translation>nicht abgespielt: {why}</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>panic: the engine has confirmed it</source>
        <translation>PANIC: die Engine hat es bestätigt</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>{under_way}; close again, and it ends with the window</source>
        <translation>{under_way}; nochmals schließen, dann endet es mit dem Fenster</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>no session</source>
        <translation>keine Sitzung</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Space or Esc</source>
        <translation>Leertaste oder Esc</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Esc: stops what is played</source>
        <translation>Esc: beendet, was abgespielt wird</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Silence at once: {keys}</source>
        <translation>Sofort stumm: {keys}</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>Start session, muted</source>
        <translation>Sitzung starten, stumm</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>Start decoding and recording. Nothing is heard before you unmute.</source>
        <translation>Decodierung und Aufnahme starten. Zu hören ist nichts, bevor Sie den Ton einschalten.</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>Why the session cannot start</source>
        <translation>Warum die Sitzung nicht starten kann</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>What would be started</source>
        <translation>Was gestartet würde</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>How the last session ended</source>
        <translation>Wie die letzte Sitzung endete</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>New session</source>
        <translation>Neue Sitzung</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>see Report, or start a new session</source>
        <translation>siehe Bericht, oder beginnen Sie eine neue Sitzung</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>the session starts; the first time it compiles for a minute or two</source>
        <translation>die Sitzung startet; beim ersten Mal kompiliert sie ein, zwei Minuten</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>no session runs</source>
        <translation>keine Sitzung läuft</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>marker: {text}</source>
        <translation>Marker: {text}</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>{who}, SIMULATED by {source}</source>
        <translation>{who}, SIMULIERT mit {source}</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>no decoder yet</source>
        <translation>noch kein Decoder</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>decoder {bundle}</source>
        <translation>Decoder {bundle}</translation>
    </message>
    <message>
        <location filename="../steps/speak.py"/>
        <source>{what}  ·  {decoder}  ·  sound: {device}  ·  saved in {folder}</source>
        <translation>{what}  ·  {decoder}  ·  Ton: {device}  ·  gespeichert in {folder}</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Stream</source>
        <translation>Stream</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>True rate</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Packet</source>
        <translation>Paket</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Use</source>
        <translation>Verwendung</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>Choose one to decode it</source>
        <translation>Wählen Sie einen zum Decodieren</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>irregular</source>
        <translation>unregelmäßig</translation>
    </message>
    <message>
        <location filename="../steps/streams_table.py"/>
        <source>other clock</source>
        <translation>andere Uhr</translation>
    </message>
    <message>
        <location filename="../steps/survey.py"/>
        <source>it does not answer</source>
        <translation>antwortet nicht</translation>
    </message>
    <message>
        <location filename="../steps/survey.py"/>
        <source>it is gone</source>
        <translation>ist weg</translation>
    </message>
    <message>
        <location filename="../steps/survey.py"/>
        <source>it cannot be read ({error})</source>
        <translation>kann nicht gelesen werden ({error})</translation>
    </message>
    <message>
        <location filename="../steps/taking.py"/>
        <source>a session runs: end it before you choose another participant</source>
        <translation>eine Sitzung läuft: beenden Sie sie, bevor Sie das Profil wechseln</translation>
    </message>
    <message>
        <location filename="../steps/taking.py"/>
        <source>a session runs: end it before you choose another decoder</source>
        <translation>eine Sitzung läuft: beenden Sie sie, bevor Sie den Decoder wechseln</translation>
    </message>
    <message>
        <location filename="../steps/taking.py"/>
        <source>{folder} is used until the window closes; it has learnt the recording that the demo replays</source>
        <translation>{folder} wird verwendet, bis das Fenster schließt; er hat die Aufnahme gelernt, die die Demo abspielt</translation>
    </message>
    <message>
        <location filename="../steps/taking.py"/>
        <source>decoder {folder} is in the profile of {name}</source>
        <translation>Decoder {folder} steht im Profil von {name}</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>Play a test tone?</source>
        <translation>Testton abspielen?</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>Two seconds of a soft tone on the sound device: {device}.</source>
        <translation>Zwei Sekunden leiser Ton auf dem Tongerät: {device}.</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>It swells and fades. Take headphones off the participant first.</source>
        <translation>Er schwillt an und ab. Nehmen Sie der teilnehmenden Person zuerst den Kopfhörer ab.</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>playing a soft tone; PANIC stops it</source>
        <translation>ein leiser Ton läuft; PANIC stoppt ihn</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>the tone was stopped</source>
        <translation>der Ton wurde gestoppt</translation>
    </message>
    <message>
        <location filename="../steps/tone.py"/>
        <source>the tone was played: did you hear it?</source>
        <translation>der Ton wurde gespielt: haben Sie ihn gehört?</translation>
    </message>
    <message>
        <location filename="../talk_key.py"/>
        <source>hold T to let the voice out</source>
        <translation>halten Sie T, um die Stimme durchzulassen</translation>
    </message>
    <message>
        <location filename="../talk_key.py"/>
        <source>the speech gate is closed: no speech in the signals</source>
        <translation>das Sprach-Gate ist zu: keine Sprache in den Signalen</translation>
    </message>
    <message>
        <location filename="../train/curve_plot.py"/>
        <source>Learning curve: r inside speech against minutes recorded</source>
        <translation>Lernkurve: r in Sprache gegen aufgenommene Minuten</translation>
    </message>
    <message>
        <location filename="../train/curve_plot.py"/>
        <source>minutes recorded</source>
        <translation>aufgenommene Minuten</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>made on {n} days, which count as one: one normalisation for all of them, and the end of each recording is scored</source>
        <translation>an {n} Tagen aufgenommen, die als einer zählen: eine Normierung für alle, und von jeder Aufnahme wird das Ende bewertet</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>trains with {option}: what is of an earlier day is learnt as a whole, each day with a normalisation of its own; only today's recordings choose and are scored</source>
        <translation>trainiert mit {option}: was von einem früheren Tag ist, wird ganz gelernt, jeder Tag mit eigener Normierung; nur die Aufnahmen von heute wählen aus und werden bewertet</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>the profile's label_map is read for today's recordings alone</source>
        <translation>die label_map des Profils wird nur für die Aufnahmen von heute gelesen</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>Which recordings are of an earlier day</source>
        <translation>Welche Aufnahmen von einem früheren Tag sind</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>Earlier days may help to learn; their signal and microphone differ, so each is normalised by itself</source>
        <translation>Frühere Tage können beim Lernen helfen; ihr Signal und Mikrofon sind anders, deshalb wird jeder Tag für sich normiert</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>What becomes of earlier days</source>
        <translation>Was mit früheren Tagen geschieht</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>all are of today</source>
        <translation>alle sind von heute</translation>
    </message>
    <message>
        <location filename="../train/days.py"/>
        <source>before {date}: of an earlier day</source>
        <translation>vor dem {date}: von einem früheren Tag</translation>
    </message>
    <message>
        <location filename="../train/onward.py"/>
        <source>the network begins as {name} and learns today's recordings alone, which that one must not have learnt; it is not compared with ridge: read both score cards</source>
        <translation>das Netz beginnt als {name} und lernt nur die Aufnahmen von heute, die dieser nicht gelernt haben darf; es wird nicht mit ridge verglichen: lesen Sie beide Wertungen</translation>
    </message>
    <message>
        <location filename="../train/onward.py"/>
        <source>Begin with the weights of the participant's network, contacts by label: for another day than it learnt</source>
        <translation>Mit den Gewichten des Netzes beginnen, das in Gebrauch ist, Kontakte nach Namen: für einen anderen Tag, als es gelernt hat</translation>
    </message>
    <message>
        <location filename="../train/onward.py"/>
        <source>What the network begins with</source>
        <translation>Womit das Netz beginnt</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>in use: {name}, learnt while it was recorded; not scored: press Train to have it judged</source>
        <translation>in Gebrauch: {name}, während der Aufnahme gelernt; nicht beurteilt: auf Trainieren drücken, um es beurteilen zu lassen</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>SIMULATED: every run replays one and the same recording, so train on one of them at a time</source>
        <translation>SIMULIERT: jeder Lauf spielt dieselbe Aufnahme ab, trainieren Sie also auf einer allein</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>in use, but {against}</source>
        <translation>in Gebrauch, aber {against}</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>read the score card</source>
        <translation>lesen Sie die Wertung</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>trained, and not used yet</source>
        <translation>trainiert und noch nicht in Gebrauch</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>read the score card, then press Use this decoder</source>
        <translation>lesen Sie die Wertung, dann drücken Sie Diesen Decoder verwenden</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>go to Record</source>
        <translation>gehen Sie zu Aufnehmen</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>nothing was trained here yet</source>
        <translation>hier wurde noch nichts trainiert</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>press Train</source>
        <translation>drücken Sie Trainieren</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>a session runs: training waits until it has ended, so that it does not suffer</source>
        <translation>eine Sitzung läuft: das Training wartet, bis sie zu Ende ist, damit sie nicht leidet</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>nothing is recorded yet of {participant} in {out}</source>
        <translation>von {participant} ist noch nichts aufgenommen in {out}</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>tick the recordings to train on</source>
        <translation>haken Sie die Aufnahmen zum Trainieren an</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>a training is under way ({now}): stop it in Train, or wait</source>
        <translation>ein Training läuft ({now}): stoppen Sie es in Trainieren, oder warten Sie</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>a training is under way: stop it in Train, or wait</source>
        <translation>ein Training läuft: stoppen Sie es in Trainieren, oder warten Sie</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>stopped while {said}; nothing is lost that was recorded</source>
        <translation>gestoppt während: {said}; nichts Aufgenommenes ist verloren</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>stopped, because a session runs: train again when it has ended</source>
        <translation>gestoppt, weil eine Sitzung läuft: trainieren Sie neu, wenn sie zu Ende ist</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>the training ended without a word</source>
        <translation>das Training endete ohne Meldung</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>done in {time}: read the score card</source>
        <translation>fertig in {time}: lesen Sie die Wertung</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>{text}; you have chosen the decoder</source>
        <translation>{text}; Sie haben den Decoder gewählt</translation>
    </message>
    <message>
        <location filename="../train/page.py"/>
        <source>{text}, then use the decoder or not</source>
        <translation>{text}, dann verwenden Sie den Decoder oder nicht</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>linear (ridge)</source>
        <translation>linear (ridge)</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>network (gru)</source>
        <translation>Netz (gru)</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>network (seq2seq)</source>
        <translation>Netz (seq2seq)</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>{name}, begun as {bundle}</source>
        <translation>{name}, begonnen als {bundle}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>drawing the learning curve</source>
        <translation>zeichnet die Lernkurve</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>scoring what is kept of ridge and {name}</source>
        <translation>bewertet, was von ridge und {name} bleibt</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>comparing the {name} with ridge</source>
        <translation>vergleicht {name} mit ridge</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>scoring the {name}</source>
        <translation>bewertet {name}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>training the {name}</source>
        <translation>trainiert {name}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>, {seconds} so far</source>
        <translation>, bisher {seconds}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>, at most {left_s} left</source>
        <translation>, höchstens noch {left_s}</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>let the network begin anew: the decoder in use has learnt the sound itself</source>
        <translation>lassen Sie das Netz neu beginnen: der Decoder in Gebrauch hat den Ton selbst gelernt</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>let the network begin anew: too few channels of the decoder in use are left</source>
        <translation>lassen Sie das Netz neu beginnen: vom Decoder in Gebrauch sind zu wenige Kanäle übrig</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only recordings that the decoder in use has not learnt, or let the network begin anew</source>
        <translation>haken Sie nur Aufnahmen an, die der Decoder in Gebrauch nicht gelernt hat, oder lassen Sie das Netz neu beginnen</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>let the network begin anew: the decoder in use was trained otherwise</source>
        <translation>lassen Sie das Netz neu beginnen: der Decoder in Gebrauch wurde anders trainiert</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>let the network begin anew: the decoder in use is of another participant</source>
        <translation>lassen Sie das Netz neu beginnen: der Decoder in Gebrauch ist von jemand anderem</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>correct the file that the profile names as label_map, or take left-out channels back in Check</source>
        <translation>berichtigen Sie die Datei, die das Profil als label_map nennt, oder nehmen Sie weggelassene Kanäle in Prüfen zurück</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only one of the two</source>
        <translation>haken Sie nur eine der beiden an</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>this recording repeats itself: tick another, or record anew</source>
        <translation>diese Aufnahme wiederholt sich: haken Sie eine andere an, oder nehmen Sie neu auf</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>take bad marks back while you record, or record more and tick that too</source>
        <translation>nehmen Sie schlechte Urteile beim Aufnehmen zurück, oder nehmen Sie mehr auf und haken Sie das auch an</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>record again with the microphone's LSL stream running: see Check</source>
        <translation>nehmen Sie neu auf, mit dem LSL-Stream des Mikrofons: siehe Prüfen</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>the microphone is off or turned down: see its level in Check, and record again</source>
        <translation>das Mikrofon ist aus oder zu leise: siehe den Pegel in Prüfen, und nehmen Sie neu auf</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick recordings in which the participant speaks, or record more</source>
        <translation>haken Sie Aufnahmen an, in denen gesprochen wird, oder nehmen Sie mehr auf</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>leave those channels out in Check, or move the microphone's cable and record again</source>
        <translation>lassen Sie diese Kanäle in Prüfen weg, oder legen Sie das Mikrofonkabel anders und nehmen Sie neu auf</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>leave that channel out in Check, or move the microphone's cable and record again</source>
        <translation>lassen Sie diesen Kanal in Prüfen weg, oder legen Sie das Mikrofonkabel anders und nehmen Sie neu auf</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>record more: training keeps 15 % of each recording aside, of 5 s at least</source>
        <translation>nehmen Sie mehr auf: das Training behält 15 % jeder Aufnahme zurück, mindestens 5 s</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only recordings of one amplifier setting</source>
        <translation>haken Sie nur Aufnahmen mit einer Verstärkereinstellung an</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only recordings with the same channels</source>
        <translation>haken Sie nur Aufnahmen mit denselben Kanälen an</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>say below the list which recordings are of an earlier day, or tick only recordings of one montage</source>
        <translation>sagen Sie unter der Liste, welche Aufnahmen von einem früheren Tag sind, oder haken Sie nur Aufnahmen einer Montage an</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>say below the list which recordings are of an earlier day, or tick only recordings of one set-up</source>
        <translation>sagen Sie unter der Liste, welche Aufnahmen von einem früheren Tag sind, oder haken Sie nur Aufnahmen eines Aufbaus an</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick only recordings of one participant</source>
        <translation>haken Sie nur Aufnahmen einer einzigen Teilnehmer:in an</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>choose the amplifier's stream in Check with Decode this stream</source>
        <translation>wählen Sie den Stream des Verstärkers in Prüfen mit Diesen Stream decodieren</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick recordings that hold the amplifier's stream</source>
        <translation>haken Sie Aufnahmen an, die den Stream des Verstärkers enthalten</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>the recording was moved: look at the list again</source>
        <translation>die Aufnahme wurde verschoben: sehen Sie die Liste neu an</translation>
    </message>
    <message>
        <location filename="../train/plan.py"/>
        <source>tick other recordings, or record again</source>
        <translation>haken Sie andere Aufnahmen an, oder nehmen Sie neu auf</translation>
    </message>
    <message>
        <location filename="../train/results.py"/>
        <source>average of {members}</source>
        <translation>Mittel aus {members}</translation>
    </message>
    <message>
        <location filename="../train/results.py"/>
        <source> and </source>
        <translation> und </translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>no decoder was trained here yet; its score card comes when the training is over</source>
        <translation>hier wurde noch kein Decoder trainiert; die Wertung kommt nach dem Training</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Recordings to train on</source>
        <translation>Aufnahmen zum Trainieren</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Ticked recordings are trained on; Space ticks the chosen one</source>
        <translation>Auf angehakten Aufnahmen wird trainiert; die Leertaste hakt die gewählte an</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>then a network</source>
        <translation>dann ein Netz</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>After the linear decoder, which takes seconds, train a network, and keep the better one of the two</source>
        <translation>Nach dem linearen Decoder, der Sekunden braucht, ein Netz trainieren und den besseren der beiden behalten</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Which network</source>
        <translation>Welches Netz</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>GRU takes minutes; Seq2Seq several times as long, and may be better</source>
        <translation>GRU braucht Minuten; Seq2Seq ein Mehrfaches davon und ist vielleicht besser</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>GRU: minutes</source>
        <translation>GRU: Minuten</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Seq2Seq: much longer</source>
        <translation>Seq2Seq: viel länger</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Train on the ticked recordings, in a process of its own behind all others</source>
        <translation>Auf den angehakten Aufnahmen trainieren, in einem eigenen Prozess hinter allen anderen</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>End the training now; what was trained before stays</source>
        <translation>Das Training jetzt beenden; was davor trainiert wurde, bleibt</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Progress of the training</source>
        <translation>Fortschritt des Trainings</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>What the training does</source>
        <translation>Was das Training tut</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Why there is no training now</source>
        <translation>Warum jetzt kein Training möglich ist</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Which decoder is kept</source>
        <translation>Welcher Decoder bleibt</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Why it is kept</source>
        <translation>Warum er bleibt</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Train the network all the same</source>
        <translation>Netz trotzdem trainieren</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Train the network that was not better than ridge, to see its score card or to use it</source>
        <translation>Das Netz trainieren, das nicht besser war als ridge, um seine Wertung zu sehen oder es zu verwenden</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Whether more minutes would help</source>
        <translation>Ob mehr Minuten helfen würden</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>The curve</source>
        <translation>Die Kurve</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Score card</source>
        <translation>Wertung</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>earlier day</source>
        <translation>früherer Tag</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>How {name} was scored</source>
        <translation>Wie {name} bewertet wurde</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>{question}: why</source>
        <translation>{question}: warum</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>The participant's sessions decode with {where}</source>
        <translation>Die Sitzungen dieses Profils decodieren mit {where}</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Use the decoder: {name}</source>
        <translation>Diesen Decoder verwenden: {name}</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Recordings</source>
        <translation>Aufnahmen</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>Learning curve</source>
        <translation>Lernkurve</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>linear decoder; right of the dotted line: expected</source>
        <translation>linearer Decoder; rechts der Punktlinie: erwartet</translation>
    </message>
    <message>
        <location filename="../train/view.py"/>
        <source>tick those to train on</source>
        <translation>zum Trainieren anhaken</translation>
    </message>
    <message>
        <location filename="../views.py"/>
        <source>Spectrum, dB</source>
        <translation>Spektrum, dB</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>80 bands · natural logarithm · fixed colours</source>
        <translation>80 Bänder · natürlicher Logarithmus · feste Farben</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Decoded mel spectrogram</source>
        <translation>Decodiertes Mel-Spektrogramm</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Voice</source>
        <translation>Stimme</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Attention</source>
        <translation>Aufmerksamkeit</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Condition</source>
        <translation>Bedingung</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Microphone mel spectrogram</source>
        <translation>Mel-Spektrogramm des Mikrofons</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Age of what is heard</source>
        <translation>Alter dessen, was zu hören ist</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>Microphone in the electrodes</source>
        <translation>Mikrofon in den Elektroden</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>View only: opened without the session's control file (--control).</source>
        <translation>Nur ansehen: ohne die Steuerdatei der Sitzung geöffnet (--control).</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>start one with: python -m bk_realtime run --bundle …</source>
        <translation>starten Sie eine mit: python -m bk_realtime run --bundle …</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>waiting for signals</source>
        <translation>wartet auf Signale</translation>
    </message>
    <message>
        <location filename="../window.py"/>
        <source>no engine yet</source>
        <translation>noch keine Engine</translation>
    </message>
</context>
</TS>
