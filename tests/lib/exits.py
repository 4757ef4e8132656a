#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Finds every way out of an x86_64 kernel, and compares it with a list.

exits.py LIST VMLINUX: the instructions that return to another privilege, and
the jumps into the functions that LIST names as the return path, from outside
them. Prints a line for each that LIST does not know, or that is not there.

LIST, one per line: "path SYMBOL", "exit INSTRUCTION SYMBOL REASON" or
"jump SYMBOL SYMBOL REASON" (from, a shell pattern, and to; a "+" behind the
second is a jump that does not begin at its top).
"""

import bisect
import fnmatch
import re
import struct
import subprocess
import sys

RETURNS = re.compile(r"\t(iret[lqw]?|sysret[lq]?|sysexit[lq]?|erets|eretu)\b")
JUMP = re.compile(r"\t(j[a-z]+|call)[a-z]*\s+([0-9a-f]{8,16})\b")
PUSH = re.compile(r"\tpush[q]?\s+\$0x([0-9a-f]+)")
LINE = re.compile(r"^\s*([0-9a-f]+):\t(.*)$")
# what tells a privileged frame from one of a program, at the top of the way to a program
ENTRANCE = "swapgs_restore_regs_and_return_to_usermode"
KERNEL = "restore_regs_and_return_to_kernel"
TEST = [r"testb\s+\$0x3,0x88\(%rsp\)", r"je\s.*<" + KERNEL + ">"]


def run(*command):
    return subprocess.run(command, check=True, text=True, capture_output=True).stdout


class Kernel:
    """Symbols of code by address, and where the code of alternatives goes."""

    def __init__(self, vmlinux):
        self.names, by_address = {}, {}
        for line in run("nm", "-n", vmlinux).splitlines():
            field = line.split()
            # __start and __pfx: marks, not functions
            if len(field) == 3 and field[1] in "tTwW" and not field[2].startswith("__"):
                by_address[int(field[0], 16)] = field[2]
                self.names[field[2]] = int(field[0], 16)
        self.starts = sorted(by_address)
        self.by_address = by_address
        self.alternatives = sorted(self.read_alternatives(vmlinux))

    @staticmethod
    def read_alternatives(vmlinux):
        section = None
        for line in run("readelf", "-SW", vmlinux).splitlines():
            match = re.search(r"\.altinstructions\s+PROGBITS\s+(\w+)\s+(\w+)\s+(\w+)", line)
            if match:
                section = [int(part, 16) for part in match.groups()]
        if not section:
            return
        address, offset, size = section
        with open(vmlinux, "rb") as file:
            file.seek(offset)
            data = file.read(size)
        # struct alt_instr of arch/x86/include/asm/alternative.h, packed
        for at in range(0, size - 13, 14):
            site, replacement = struct.unpack_from("<ii", data, at)
            yield (address + at + 4 + replacement, data[at + 13], address + at + site)

    def function(self, address):
        at = bisect.bisect_right(self.starts, address) - 1
        return self.by_address[self.starts[at]] if at >= 0 else "?"

    def home(self, address):
        """Where an instruction at this address runs: a replacement's is that of what it replaces."""
        at = bisect.bisect_right(self.alternatives, (address, 256, 0)) - 1
        # several may share a place when they are empty
        if at >= 0 and self.alternatives[at][0] <= address < self.alternatives[at][0] + self.alternatives[at][1]:
            return self.alternatives[at][2]
        return address


def read_list(name):
    path, known = [], []
    with open(name, encoding="ascii") as file:
        for line in file:
            field = line.split(None, 3)
            if not field or field[0].startswith("#"):
                continue
            if field[0] == "path":
                path.append(field[1])
            elif field[0] in ("exit", "jump") and len(field) == 4:
                known.append(field[:3])
            else:
                sys.exit(f"{name}: bad line: {line.rstrip()}")
    return path, known


def ways_out(kernel, vmlinux, path):
    """Yields what it finds as ["exit", INSTRUCTION, SYMBOL] and ["jump", FROM, TO]."""
    pushed, pending, first = None, None, []
    with subprocess.Popen(["objdump", "-d", "--no-show-raw-insn", vmlinux], text=True, stdout=subprocess.PIPE) as objdump:
        for line in objdump.stdout:
            match = LINE.match(line)
            if not match:
                continue
            address, text = int(match[1], 16), "\t" + match[2]
            if pending:
                # an IRET to the next instruction is how the kernel serialises the processor (iret_to_self())
                if pending[0] != address:
                    yield ["exit", pending[1], pending[2]]
                pending = None
            if len(first) < 2 and (first or address == kernel.names.get(ENTRANCE)):
                first.append(match[2])
            found = RETURNS.search(text)
            if found:
                pending = [pushed, found[1], kernel.function(kernel.home(address))]
            found = PUSH.search(text)
            pushed = int(found[1], 16) if found else None
            found = JUMP.search(text)
            if found:
                source = kernel.function(kernel.home(address))
                target = kernel.function(int(found[2], 16))
                if target in path and target != source:
                    yield ["jump", source, target + ("" if kernel.names[target] == int(found[2], 16) else "+")]
    if len(first) < 2 or not all(re.match(want, have) for want, have in zip(TEST, first)):
        yield ["exit", "without-a-look-at-CS", ENTRANCE]


def main():
    path, known = read_list(sys.argv[1])
    kernel = Kernel(sys.argv[2])
    used, bad = set(), 0
    for name in path:
        if name not in kernel.names:
            print(f"missing: path {name}")
            bad = 1
    for way in ways_out(kernel, sys.argv[2], path):
        matches = [entry for entry in known if entry[0] == way[0] and fnmatch.fnmatchcase(way[1], entry[1])
                   and fnmatch.fnmatchcase(way[2], entry[2])]
        if not matches:
            print("unknown:", *way)
            bad = 1
        used.update(tuple(entry) for entry in matches)
    for entry in known:
        if tuple(entry) not in used:
            print("missing:", *entry)
            bad = 1
    return bad


sys.exit(main())
