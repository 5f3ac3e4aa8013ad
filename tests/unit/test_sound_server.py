"""What a sound server says of its streams and sinks: which are ours, and where the sound comes out in the end."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bk_realtime.sink.sound_server import Place, SoundServer, is_routed, place


def _sink(index: int, name: str, module: int, port: tuple[str, str] | None = None) -> SimpleNamespace:
    active = port and SimpleNamespace(name=port[0], description=port[0].title(), available=port[1])
    return SimpleNamespace(index=index, name=name, description=name.upper(), owner_module=module, port_active=active)


def _stream(index: int, client: int = 0xFFFFFFFF, **props: str) -> SimpleNamespace:
    level = SimpleNamespace(values=[0.5])
    proplist = {key.replace("_", "."): value for key, value in props.items()}
    return SimpleNamespace(index=index, sink=1, client=client, owner_module=0, proplist=proplist, volume=level, mute=0)


def test_own_streams_are_found_by_process_or_by_client() -> None:
    """PulseAudio names the process with the stream; for programs of its own PipeWire names it with the client only."""
    if SoundServer().missing:
        pytest.skip("no libpulse")
    sink = _sink(1, "pci", 7)
    sink.volume, sink.mute = SimpleNamespace(values=[1.0]), 0
    streams = [
        _stream(1, application_process_id="77"),
        _stream(2, 9, application_process_id="78"),
        _stream(3, 9),
        _stream(4, 8),
        _stream(5),
    ]
    clients = [
        SimpleNamespace(index=8, proplist={"application.process.id": "5"}),
        SimpleNamespace(index=9, proplist={"pipewire.sec.pid": "77"}),
    ]
    server = SoundServer(77)
    server._pulse = SimpleNamespace(
        connected=True,
        sink_input_list=lambda: streams,
        sink_list=lambda: [sink],
        client_list=lambda: clients,
        close=lambda: None,
    )
    heard = server.look()
    assert heard is not None
    assert heard.streams == {1, 3}
    assert (heard.volume, heard.muted, heard.sinks) == (1.0, False, {"pci"})
    assert heard.turned == pytest.approx(0.5)
    assert heard.places == (Place("pci", ("pci/",)),) * 2
    behind = _sink(2, "usb", 8)
    behind.volume, behind.mute = SimpleNamespace(values=[1.6]), 1
    passed = _stream(6)
    passed.sink, passed.owner_module = 2, 7  # the first sink passes its sound on: its end counts too
    server._pulse.sink_list, server._pulse.sink_input_list = lambda: [sink, behind], lambda: [*streams, passed]
    heard = server.look()
    assert heard is not None
    assert (heard.volume, heard.muted, heard.turned) == (1.6, True, pytest.approx(0.8))
    server.close()
    assert server.look() is None


def test_place_follows_what_is_passed_on() -> None:
    sinks = {
        1: _sink(1, "pci", 7, ("speaker", "unknown")),
        2: _sink(2, "equaliser", 8),
        3: _sink(3, "usb", 9, ("headphones", "no")),
        4: _sink(4, "circle", 11),
        5: _sink(5, "pipewire", 0xFFFFFFFF),
    }
    inputs = [
        SimpleNamespace(sink=2, owner_module=0),
        SimpleNamespace(sink=3, owner_module=8),
        SimpleNamespace(sink=4, owner_module=11),
        SimpleNamespace(sink=1, owner_module=0xFFFFFFFF),
    ]
    assert place(1, sinks, inputs) == Place("pci", ("pci/speaker",))
    through = place(2, sinks, inputs)
    assert (through.sink, through.ends, through.plugged) == ("equaliser", ("usb/headphones",), False)
    assert through.words == "EQUALISER > USB, Headphones (nothing plugged in)"
    assert place(4, sinks, inputs).ends == ("circle/",)
    assert place(5, sinks, inputs).ends == ("pipewire/",)


def test_doors_to_a_sound_server() -> None:
    assert all(is_routed(name, "ALSA") for name in ("default", "pulse", "pipewire"))
    assert is_routed("system", "JACK Audio Connection Kit")
    assert is_routed("Microsoft Sound Mapper - Output", "MME")
    assert not is_routed("HDA Intel PCH: ALC257 Analog (hw:0,0)", "ALSA")
