<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>BrainKaraoke</name>
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
        <translation>PANIC: STUMM, überall im Fenster</translation>
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
        <translation>ZURÜCKGEHALTEN</translation>
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
        <source>contamination {colour}: {text}</source>
        <translation>Kontamination {colour}: {text}</translation>
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
        <source>used in training</source>
        <translation>im Training verwendet</translation>
    </message>
    <message>
        <location filename="../sentences.py"/>
        <source>not used: {why}</source>
        <translation>nicht verwendet: {why}</translation>
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
        <source>a session runs: end it before you choose another participant</source>
        <translation>eine Sitzung läuft: beenden Sie sie, bevor Sie das Profil wechseln</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>a session runs: end it before you choose another decoder</source>
        <translation>eine Sitzung läuft: beenden Sie sie, bevor Sie den Decoder wechseln</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>{folder} is used until the window closes; it has learnt the recording that the demo replays</source>
        <translation>{folder} wird verwendet, bis das Fenster schließt; er hat die Aufnahme gelernt, die die Demo abspielt</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>decoder {folder} is in the profile of {name}</source>
        <translation>Decoder {folder} steht im Profil von {name}</translation>
    </message>
    <message>
        <location filename="../steps/shell.py"/>
        <source>{under_way}; close again, and it ends with the window</source>
        <translation>{under_way}; nochmals schließen, dann endet es mit dem Fenster</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>PANIC MUTE</source>
        <translation>PANIC: STUMM</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Panic mute</source>
        <translation>PANIC, sofort stumm</translation>
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
        <source>stops what is played</source>
        <translation>stoppt, was abgespielt wird</translation>
    </message>
    <message>
        <location filename="../steps/silence.py"/>
        <source>Silence at once: {keys}</source>
        <translation>Sofort stumm: {keys}</translation>
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
</context>
</TS>
