"""A client made for the older system, in Python: says each line of the conversation and prints what it hears, as JSON lines."""
import json
import sys
import threading

import socketio

url, transport = sys.argv[1:]
client = socketio.Client(reconnection=False)
news = {}
arrived = threading.Condition()


def hear(event):
    def handler(body=None):
        print(json.dumps({"event": event, "body": body}), flush=True)
        with arrived:
            news.setdefault(event, []).append(body)
            arrived.notify_all()

    client.on(event, handler)


def wait_for(event):
    with arrived:
        if not arrived.wait_for(lambda: news.get(event), timeout=10):
            sys.exit(f"{event} never came")
        return news[event].pop(0)


for name in (
    "device_info device_uuid_assigned clients_update subscribed gain_updated pan_updated mute_toggled mix_updated "
    "clients_list client_name_saved client_order_saved pong heartbeat_ack server_stats error param_sync"
).split():
    hear(name)

client.connect(url, auth={"device_uuid": 31, "device_name": "Python\nbox"}, transports=[transport])
for event in ("device_info", "device_uuid_assigned", "clients_update"):
    wait_for(event)

for event, body, reply in (
    ("subscribe", {"channels": [0, 1], "gains": {0: 0.5}, "pans": None, "mutes": None}, "subscribed"),
    ("update_gain", {"channel": 1, "gain": 2, "target_client_id": None}, "gain_updated"),
    ("update_pan", {"channel": 1, "pan": -1.0}, "pan_updated"),
    ("toggle_mute", {"channel": 1, "muted": True}, "mute_toggled"),
    ("update_client_mix", {"target_client_id": 31, "master_gain": 0.5}, "mix_updated"),
    ("set_client_name", {"client_id": 31, "custom_name": "Ana\n"}, "client_name_saved"),
    ("set_client_order", {"order": [31]}, "client_order_saved"),
    ("get_clients", None, "clients_list"),
    ("ping", {"timestamp": 5}, "pong"),
    ("heartbeat", {"timestamp": 5}, "heartbeat_ack"),
    ("get_server_stats", None, "server_stats"),
    ("update_gain", {"channel": 1, "gain": 11}, "error"),
):
    client.emit(event, body)
    wait_for(reply)

print(json.dumps({"event": "acknowledgement", "body": client.call("get_saved_channels_state", {"client_id": 31})}), flush=True)
print(json.dumps({"event": "ready", "body": client.transport()}), flush=True)
wait_for("param_sync")
client.disconnect()
