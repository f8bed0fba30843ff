"""What stands in an invented house: each thing's root, and its features, with types as clients and captures have them.

A thing is (names, plug-in, type string, numbers of HS4, of HS3, features); a feature (name, type string, numbers,
value, status). Numbers are Device_API, Device_Type, Device_SubType.
"""

from typing import NamedTuple

Numbers = tuple[int, int, int]


class Feature(NamedTuple):
    name: str
    type: str
    numbers: Numbers
    value: float
    status: str
    controls: str = ""


class Thing(NamedTuple):
    names: tuple[str, ...]
    plugin: str
    type: str
    hs4: Numbers
    hs3: Numbers
    features: tuple[Feature, ...] = ()
    status: str = ""
    controls: str = ""


BATTERY = Feature("Battery", "Z-Wave Battery", (4, 0, 128), 87, "87%")
NOTIFICATION = Feature("Notification", "Z-Wave Notification", (4, 0, 113), 0, "No Event")
SWITCH = Feature("Switch Binary", "Z-Wave Switch Binary", (4, 0, 37), 255, "On", "switch")
DIMMER = Feature("Switch Multilevel", "Z-Wave Switch Multilevel", (4, 0, 38), 35, "Dim 35%", "dimmer")
TEMPERATURE = Feature("Temperature", "Z-Wave Temperature", (4, 0, 1), 21.5, "21.5 C")
HUMIDITY = Feature("Relative Humidity", "Z-Wave Relative Humidity", (4, 0, 5), 48, "48 %")
LUMINANCE = Feature("Luminance", "Z-Wave Luminance", (4, 0, 3), 120, "120 Lux")
METER = (
    Feature("kW Hours", "Z-Wave Electric Meter", (256, 0, 0), 150.4273926, "150.4 kW Hours"),
    Feature("Watts", "Z-Wave Watts", (256, 0, 0), 4.2, "4.2 Watts"),
)
THERMOSTAT = (
    Feature("Temperature", "Z-Wave Temperature", (16, 2, 1), 20.5, "20.5 C"),
    Feature("Mode", "Z-Wave Thermostat Mode", (16, 3, 0), 1, "Heat", "mode"),
    Feature("Heating  Setpoint 1", "Z-Wave Heating  Setpoint", (16, 6, 1), 21, "21 C", "setpoint"),
    Feature("Fan State", "Z-Wave Fan State", (16, 5, 0), 0, "Idle"),
    Feature("Operating State", "Z-Wave Operating State", (16, 1, 0), 1, "Heating"),
)
LOCK = (
    Feature("Lock", "Z-Wave Door Lock", (4, 0, 98), 255, "Locked", "lock"),
    Feature("Door Lock Logging", "Z-Wave Door Lock Logging", (4, 0, 76), 0, "No Event"),
)
ZIGBEE_BATTERY = Feature("Battery", "zhaBattery", (513, 0, 0), 76, "76%")
KEYS = tuple(
    Feature(f"Button {key}", f"Insteon Dual-Band KeypadLinc Dimmer Button {key}", (513, 0, 0), 0, "Off", "switch")
    for key in "BCD"
)
MULTILEVEL = "Z-Wave Switch Multilevel Root Device"
PLUGIN_ROOT = (4, 999, 0)

THINGS: tuple[Thing, ...] = (
    Thing(("Ceiling Light", "Pendant", "Spots"), "Z-Wave", MULTILEVEL, (512, 3, 0), PLUGIN_ROOT, (DIMMER,)),
    Thing(("Lamp", "Floor Lamp", "Reading Lamp"), "Z-Wave", "", (512, 5, 0), PLUGIN_ROOT, (SWITCH, *METER)),
    Thing(("Wall Switch", "Fan Switch"), "Z-Wave", "Z-Wave Switch Binary", (512, 7, 0), PLUGIN_ROOT, (SWITCH,)),
    Thing(("Motion Sensor", "Multisensor"), "Z-Wave", "", (512, 0, 2), PLUGIN_ROOT,
          (BATTERY, Feature("Sensor Binary", "Z-Wave Sensor Binary", (4, 0, 48), 0, "No Motion"), TEMPERATURE,
           HUMIDITY, LUMINANCE)),
    Thing(("Thermostat", "Radiator"), "Z-Wave", "", (512, 8, 0), (16, 99, 0), (*THERMOSTAT, BATTERY)),
    Thing(("Water Sensor", "Leak Sensor"), "Z-Wave", "", (4, 999, 0), PLUGIN_ROOT,
          (NOTIFICATION, BATTERY, Feature("Water Leak Alarm", "Z-Wave Water Leak Alarm", (4, 0, 113), 0, "Dry"))),
    Thing(("Door Lock",), "Z-Wave", "", (512, 4, 0), PLUGIN_ROOT, (BATTERY, *LOCK, NOTIFICATION)),
    Thing(("Garage Door",), "Z-Wave", "", (512, 1, 0), PLUGIN_ROOT,
          (Feature("Barrier", "Z-Wave Barrier Operator", (4, 0, 102), 0, "Closed", "switch"),)),
    Thing(("Remote", "Scene Button"), "Z-Wave", "", (512, 6, 0), PLUGIN_ROOT,
          (Feature("Central Scene", "Z-Wave Central Scene", (513, 0, 1), 0, ""), BATTERY)),
    Thing(("Dimmer",), "Insteon", "Insteon Dual-Band SwitchLinc Dimmer", (513, 0, 0), (0, 0, 0), (), "45%", "dimmer"),
    Thing(("Keypad",), "Insteon", "Dual-Band KeypadLinc Dimmer", (513, 0, 0), (0, 0, 0), KEYS, "On", "dimmer"),
    Thing(("Plug",), "Insteon", "Dual-Band On/Off Module", (513, 0, 0), (0, 0, 0), (), "Off", "switch"),
    Thing(("Window", "Balcony Door"), "JowiHue", "", (4, 999, 0), PLUGIN_ROOT,
          (Feature("Open Close", "zhaOpenClose", (513, 0, 3), 0, "Closed"), ZIGBEE_BATTERY)),
    Thing(("Air Sensor",), "JowiHue", "", (4, 999, 0), PLUGIN_ROOT,
          (Feature("Temperature", "zhaTemperature", (513, 0, 0), 19, "19 C"), ZIGBEE_BATTERY,
           Feature("Humidity", "zhaHumidity", (513, 0, 0), 51, "51 %"))),
    Thing(("Ceiling Fan",), "Bond", "", (512, 2, 0), PLUGIN_ROOT,
          (Feature("Fan", "bond.fan", (513, 0, 2), 1, "Low", "fan"),
           Feature("Power", "bond.power", (513, 0, 2), 1, "On", "switch"))),
    Thing(("Speaker", "Receiver"), "Media", "", (512, 10, 0), (32, 99, 0),
          (Feature("Volume", "", (32, 0, 0), 30, "30", "dimmer"), Feature("Player", "", (32, 0, 0), 1, "Playing"))),
    Thing(("Smoke Detector",), "OMNI", "OMNI", (8, 99, 0), (8, 99, 0),
          (Feature("Smoke", "OMNI", (8, 40, 0), 0, "Normal"), Feature("CO", "OMNI", (8, 41, 0), 0, "Normal"))),
    Thing(("Timer",), "", "Timer", (0, 0, 0), (0, 0, 0), (), "00:00:00"),
    Thing(("Scene Switch", "Holiday Mode"), "", "Virtual Switch", (0, 0, 0), (0, 0, 0), (), "Off", "switch"),
)  # fmt: skip
"""What stands in rooms, the common things first: they are taken in turn, more of those."""

ONCE: tuple[Thing, ...] = (
    Thing(("Security Panel",), "OMNI", "OMNI", (8, 99, 0), (8, 99, 0),
          (Feature("Arming", "OMNI", (8, 10, 0), 0, "Off", "mode"), Feature("Siren", "OMNI", (8, 70, 0), 0, "Off"),
           *(Feature(f"Zone {number}", "OMNI", (8, 30, 0), 0, "Secure") for number in range(1, 13)))),
    Thing(("Weather Station",), "Netatmo", "Netatmo Update", (4, 999, 0), PLUGIN_ROOT,
          (TEMPERATURE, HUMIDITY, Feature("Barometer", "Netatmo Pressure", (4, 0, 9), 1013, "1013 mbar"))),
    Thing(("Mains",), "Z-Wave", "", (512, 0, 2), PLUGIN_ROOT, METER),
    Thing(("Server",), "WMI", "WMI-Computer", (4, 999, 0), PLUGIN_ROOT,
          (Feature("Disk C", "WMI-Disk", (4, 0, 0), 71, "71 % used"),)),
    Thing(("Alarm Areas",), "RaspberryIO", "RaspberryIO", (4, 999, 0), PLUGIN_ROOT,
          (Feature("Area 1", "RaspberryIO", (4, 0, 0), 0, "Ready"),)),
)  # fmt: skip
"""What there is one of."""

WHERE: tuple[tuple[str, str], ...] = (
    ("Kitchen", "Ground Floor"), ("Living Room", "Ground Floor"), ("Dining Room", "Ground Floor"),
    ("Hall", "Ground Floor"), ("Gäste-WC", "Ground Floor"), ("Study", "First Floor"), ("Master Bedroom", "First Floor"),
    ("Kid's Room", "First Floor"), ("Bathroom", "First Floor"), ("Landing", "First Floor"), ("Büro Süd", "Attic"),
    ("Loft", "Attic"), ("Boiler Room", "Basement"), ("Laundry", "Basement"), ("Workshop", "Basement"),
    ("Garage", "Outside"), ("Garden", "Outside"), ("Front Porch", "Outside"),
)  # fmt: skip
"""Rooms and their floors."""

CONTROLS: dict[str, tuple[tuple[str, float, int], ...]] = {
    "": (),
    "switch": (("On", 255, 1), ("Off", 0, 2)),
    "dimmer": (("On Last Level", 255, 4), ("On", 99, 1), ("Off", 0, 2), ("Dim (value)%", 1, 3)),
    "lock": (("Lock", 255, 18), ("Unlock", 0, 19)),
    "mode": (("Off", 0, 2), ("Heat", 1, 1)),
    "setpoint": (("Heat setpoint", 21, 12),),
    "fan": (("Off", 0, 2), ("Low", 1, 23)),
}
"""Labels, values and ControlUse of what can be controlled."""
