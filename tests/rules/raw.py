"""The raw engine in a child process, so that a fault of it, which the gate leaves out, can be shown and survived."""

import signal
import subprocess
import sys

LAB = """
import json, resource, sys
import durable_rules_engine as e
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

def mk(rules):
    return e.create_ruleset("p", json.dumps(rules, ensure_ascii=False))

def fire(handle, *messages, fn=e.assert_fact):
    fired = []
    for message in messages:
        code, state = fn(handle, json.dumps(message, ensure_ascii=False))
        if code:
            fired.append({1: "matched nothing", 2: "seen before"}[code])
        found = e.start_action_for_state(handle, state)
        found = found and found[1]
        while found:
            fired.append(next(iter(json.loads(found))))
            found = e.complete_and_start_action(handle, state)
    return fired

def one(condition, message):
    try:
        return fire(mk({"r": {"all": [{"m": condition}]}}), message)
    except Exception as error:
        return str(error)

def kib():
    return int(open("/proc/self/statm").read().split()[1]) * 4

try:
"""
TAIL = """
except Exception as error:
    print(type(error).__name__, error)
"""


def raw(source: str, seconds: float = 10) -> str:
    """What a piece of code against the raw engine prints, or the signal that killed it, or HANG."""
    indented = "\n".join("    " + line for line in source.strip().splitlines())
    try:
        child = subprocess.run(
            [sys.executable, "-c", LAB + indented + TAIL],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "HANG"
    if child.returncode < 0:
        return signal.Signals(-child.returncode).name
    return child.stdout.strip() + child.stderr.strip()
