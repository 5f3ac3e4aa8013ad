"""Fixed sentences of engine, preflight and recorder, as templates: ``{field}`` is whatever they put there.

tests/gui/test_translations.py finds each of them in the source of who says it.
"""

from __future__ import annotations

from gui.words import later

SENTENCES = (
    # what lasts, and stands in the banner
    later("decoding stalled: nothing for {seconds} s; {does}"),
    later("decoding stalled again and again: nothing for {seconds} s; {does}"),
    later("silent until it goes on"),
    later("silent each time"),
    later("decoding goes on; it stood still for {seconds} s"),
    later("decoding stood still for {stood} s"),
    later(
        "decoder slower than real time: {behind} s behind, {factor} s of computing for each second of signal, most of "
        "it {most}; what is too old is not heard, what waits is dropped"
    ),
    later("the decoder keeps up again; it was up to {furthest} s behind"),
    later("{error}; decoding goes on on the CPU"),
    later("nothing is recorded any more"),
    later("THE RECORDING IS NOT WHOLE"),
    later("saved in {folder}"),
    later("error: {why}"),
    later("{few} of {n} words have fewer than {least} good trials"),
    later("{minutes} of {wanted} minutes"),
    later("columns that are not used: {names}"),
    later("{n} of {all} lines hold a word that is there already: it is shown that much oftener"),
    later("the recording holds no sample of {source}, the stream that was decoded"),
    later("the recorder hung when the session ended: the end of the recording may be missing"),
    later(
        "the recorder has hung for {seconds} s: a second one records into {second}; what is before it, and after the "
        "end of {hung}, is lost unless that one wakes up"
    ),
    later("the recorder records into {file}"),
    later("nothing is recorded yet: the recorder has made no {file} within {seconds} s"),
    later("the engine ended with exit code {code}; sound has stopped"),
    later("the {child} hangs: no sign of life for {seconds} s"),
    later("the window hung for {seconds} s: a new one is opened"),
    later("the machine slept, or all that runs on it stood still, for {seconds} s"),
    later("the engine, or the whole machine, stood still for {stood} s; it goes on with a new segment"),
    later("files and status of the engine stood still for {stood} s; the voice went on"),
    later("the connection to {name} was dead: it is recorded on over a new one, with a hole"),
    later("{file} was renamed or moved and is recorded on there: put it back"),
    later("{file} is at its place again"),
    later("{path}: recording stopped, {why}; leave the folder alone while it is recorded"),
    later("the file was removed while it was written, and all {n} bytes of it are lost"),
    later("another program has cut the file off at byte {at} of {n}"),
    later("{file} takes no events ({error}); the session goes on without them"),
    later("{file} takes events again; {n} are missing in it"),
    later("latency.json is not kept up: {error}"),
    later("latency.json is kept up again"),
    later("{file} is not kept up ({error}); the recording has it"),
    later("the disk is full in {time}: free some room"),
    later("the disk lasts {time} again"),
    later("the disk is nearly full: voice, mel, features and attention are not recorded any more"),
    later("how long the disk lasts cannot be told: {error}"),
    later("more than a month"),
    later("{n} days"),
    later("{n} hours"),
    later("{n} minutes"),
    later("{free} MB of memory are left, enough again"),
    later(
        "{free} MB of this machine's memory are left, expected {least}: close other programs (the session itself "
        "takes, in MB: {own})"
    ),
    # electrodes and stream
    later("stream {name}: no sample for {seconds} s"),
    later("stream {name} is back after {gone} s with the same channels and rate"),
    later("stream {name} came back {what}; start the session anew with a decoder for it"),
    later("samples arrive {late} s late"),
    later("the device runs at {rate} Hz instead of {announced} Hz; set its program to announce the true rate"),
    later("the device runs at its announced {announced} Hz again"),
    later("the time stamps are right again"),
    later("{what} {kind} ({by}): age does not go by them; let the sender stamp with LSL's local_clock()"),
    later("the stream's time stamps"),
    later("are on another clock"),
    later("are no times"),
    later(
        "packets hold {packet} ms (the longest {burst} times that): data are {age} ms old when they can be heard; more "
        "than {limit} ms are not let out, and it stays silent: let the amplifier send shorter packets, or start `run` "
        "with --max-age-ms {enough}"
    ),
    later("packets are short enough to be heard"),
    later("{n} of {all} channels are dead and masked: {some}"),
    later("no channel is dead any more"),
    later("dead for {seconds} s, masked: {some}"),
    later("{n} of {all} features drifted more than {limit} training deviations: {some}"),
    later("recalibrate, or mask them"),
    later("the features are as in training, or in the baseline, again"),
    later("channel {label} masked by command"),
    later("channel {label} unmasked by command"),
    later("baseline of {seconds} s begins"),
    later("baseline ends"),
    later("baseline given up; the normalisation stays as it is"),
    later("recalibration undone"),
    later("{name} is back"),
    later("{name} is back after {away} s"),
    later("{wanted} is expected and is not there"),
    later("{name} is expected and has sent nothing for {seconds} s: {how}"),
    later("it is announced still"),
    later("it is not announced any more"),
    later("the decoder is unsure for {seconds} s: the voice is faded out until it is sure (--fade-unsure)"),
    later("the decoder is sure again: the voice is let out"),
    later("contamination {colour}: {text}"),
    later("green"),
    later("yellow"),
    later("red"),
    later("no microphone"),
    later("no contamination heard"),
    later("CONTAMINATED: {channels}"),
    later("suspect: {channels}"),
    later("no channel holds the sound itself"),
    later("the sound itself is in {channels}"),
    later("the sound may be in {channels}"),
    later("cannot tell: {reason}"),
    later("cannot tell yet: {seconds} s of both signals"),
    later("cannot tell: no neural signal"),
    later("watch ended"),
    later("nothing from the watch for {seconds} s"),
    later("CONTAMINATED: the microphone's sound is in channels of this session ({channels})"),
    # the score card, in the order of who asks
    later("Follows your speech better than chance"),
    later("Better than the linear decoder (ridge)"),
    later("Contaminated by the microphone"),
    later("Do not trust it: {check}"),
    later("yes"),
    later("no"),
    later("cannot tell"),
    later("cannot tell: {time} kept aside are too short to tell; record more and train again"),
    later("yes in {n} of {all} recordings"),
    later("yes in {n} of {all} recordings, {open} cannot tell"),
    later("scored on {time} that training did not see, {speech} of them speech"),
    later(
        "scored on {time} that training did not see, {speech} of them speech: too little speech to be sure of "
        "anything, record more"
    ),
    later("today alone is scored, the earlier days were learnt as a whole"),
    later("channels left out, because not every recording has them as good ones: {names}"),
    later("SIMULATED: says that the program works, nothing about people; {text}"),
    later("Better than ridge: {answer}; ridge is kept"),
    later("Better than ridge: {answer}; the {name} is kept"),
    later("About {minutes} more minutes would help: {answer}"),
    later("About {minutes} more minutes would help: {answer} (a minute of speech is needed; {seconds} s so far)"),
    later("About {minutes} more minutes would help: {answer} (r inside speech {r}, 95 % {low} to {high})"),
    later("no learning curve of {name}: {why}"),
    later("nothing was learnt"),
    later("the linear decoder in {name}, each stretch decoded before it was learnt"),
    later(
        "the linear decoder in {name}, each stretch decoded before it was learnt; {n} other ticked recording not "
        "counted"
    ),
    later(
        "the linear decoder in {name}, each stretch decoded before it was learnt; {n} other ticked recordings not "
        "counted"
    ),
    # what holds the sound
    later("contamination"),
    later("artefact"),
    later("sound moved"),
    later("feedback loop"),
    # sound
    later(
        "{share} of the channels are more than {limit} standard deviations above their training (a cable, chewing, a "
        "seizure; if it stays, a wrong unit or gain): {does}"
    ),
    later("the voice is held until {seconds} s without"),
    later("the voice goes on (--artefacts say)"),
    later("the channels are as in training again"),
    later("the voice holds values that are no numbers, and is silent there; if it stays, change the decoder"),
    later("all values of the voice are numbers again"),
    later(
        "feedback loop: the voice ended {times} of {all} times when its own sound was left out, and never when it was "
        "not; it is held: turn it down or use earphones, then release it"
    ),
    later("the voice was released from the feedback loop"),
    later('voice moved from {here} to {there}, kept back: bring it back, or release "{hold}"'),
    later('cannot tell where the voice goes ({why}), kept back: mend that, or release "{hold}"'),
    later("cannot tell where the sound server plays the voice ({why}): watch the plug of the headphones"),
    later("the voice is played on {place}"),
    later("the voice is heard on {place} again"),
    later("the voice is {said}: {what}; set it right in the system's sound settings"),
    later("muted in the sound server"),
    later("amplified to {volume} by the sound server"),
    later("not where its level was measured"),
    later("turned up in the sound server"),
    later("nobody knows how loud it is at the ear"),
    later("nothing is heard"),
    later("the session's ceiling is exceeded"),
    later("the sound server neither mutes nor amplifies the voice any more"),
    later("the voice is played where and as it was measured again"),
    later("sound device {name} stopped; trying to open it again"),
    later("sound device {name} stopped"),
    later("sound device {name} is not back: {reason}"),
    later("sound goes on, on {name}"),
    later("the sound device was served too late; it is opened again, with larger blocks"),
    later("{n} underrun(s): the sound was not ready in time; {kept} ms are kept in reserve"),
    later(
        "{n} underrun(s): the device was served too late though sound was waiting: this computer or its sound server "
        "took {took} ms from one block to the next, the device holds {holds} ms"
    ),
    later(
        "{n} underrun(s): the sound was not ready in time (the last came {since} ms after the one before, {waited} ms "
        "until its signal was there and {took} ms to compute it); {kept} ms are kept in reserve"
    ),
    later("unmute: a mute or panic came after it; still muted, ask again"),
    # what preflight finds
    later("{name}: {n} channels at {rate} Hz"),
    later("{name}: {n} channels at {rate} Hz; there is no decoder yet to serve"),
    later("{name}: {n} channels at {rate} Hz serve the decoder's {needed} channels"),
    later("no sound device wanted: the voice goes to decoded.wav only"),
    later("no sound device yet: the voice goes to decoded.wav until there is one"),
    later("{name}: {latency} ms by its own word"),
    later("nothing is recorded"),
    later("the disk lasts for {time}"),
    later("expected streams are there: {names}"),
    later("will be trained on"),
    later("will be trained on as {name}"),
    later("will not be trained on: {why}"),
    later("not in the decoder"),
    later("used as {name}"),
)
