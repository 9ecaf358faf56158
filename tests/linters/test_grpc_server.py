"""Calls are answered as gRPC has it; a client that misbehaves loses its connection and nothing else."""

import contextlib
import socket
import struct

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, ResponseReceived, StreamEnded, TrailersReceived
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.linters.grpc_server import OK, UNIMPLEMENTED, answering


def find(method):
    return {"/a/Echo": lambda message: message, "/a/Stream": OK}.get(method, UNIMPLEMENTED)


@pytest.fixture(scope="module")
def port():
    with answering([find]) as (port,):
        yield port


def called(port, method, message, *, ends=True, at_once=65535):
    """Call with a client that has room for `at_once` bytes; the status and the answer's message."""
    client = H2Connection(H2Configuration(header_encoding="utf-8"))
    client.initiate_connection()
    client.update_settings({4: at_once})
    headers = [(":method", "POST"), (":scheme", "http"), (":path", method), (":authority", "x"), ("te", "trailers")]
    client.send_headers(1, headers)
    unsent = struct.pack(">BI", 0, len(message)) + message
    status, body = {}, b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
        while True:
            while unsent and (room := min(client.local_flow_control_window(1), client.max_outbound_frame_size)):
                part, unsent = unsent[:room], unsent[room:]
                client.send_data(1, part, end_stream=ends and not unsent)
            peer.sendall(client.data_to_send())
            data = peer.recv(65536)
            assert data, "the connection was closed"
            for event in client.receive_data(data):
                if isinstance(event, ResponseReceived | TrailersReceived):
                    status |= dict(event.headers)
                elif isinstance(event, DataReceived):
                    body += event.data
                    client.acknowledge_received_data(event.flow_controlled_length, 1)
                elif isinstance(event, StreamEnded):
                    assert status[":status"] == "200"
                    return int(status["grpc-status"]), body


@settings(max_examples=30, deadline=None)
@given(size=st.sampled_from([0, 1, 16_379, 16_380, 65_530, 65_531, 300_000]), at_once=st.sampled_from([1000, 65535]))
def test_a_message_of_any_size_comes_back_whole(port, size, at_once):
    message = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    status, body = called(port, "/a/Echo", message, at_once=at_once)
    assert status == OK
    assert body == struct.pack(">BI", 0, size) + message


@pytest.mark.parametrize(("method", "status"), [("/a/Stream", OK), ("/a/Other", UNIMPLEMENTED)])
def test_what_has_no_answer_ends_at_once_whether_the_client_has_ended_or_not(port, method, status):
    for ends in (True, False):
        assert called(port, method, b"", ends=ends) == (status, b"")


def test_rubbish_costs_the_connection_and_nothing_else(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\n\r\n" * 20)
        while peer.recv(65536):
            pass
    assert called(port, "/a/Echo", b"a")[0] == OK


def test_nothing_is_left_of_it_in_the_end():
    with answering([find, find]) as ports:
        assert len(set(ports)) == 2
        peer = socket.create_connection(("127.0.0.1", ports[0]), timeout=20)
        assert peer.recv(1)
    with peer, contextlib.suppress(ConnectionError):
        while peer.recv(65536):
            pass
    for port in ports:
        with pytest.raises(ConnectionError):
            socket.create_connection(("127.0.0.1", port), timeout=20)
