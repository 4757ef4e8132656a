#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A module whose vDSO image is truncated or damaged is refused with one line that names the damage, and nothing of it remains.
# run: root-sh
# timeout: 300
# depends: debug

. "$(dirname "$0")/ktap.sh"

work=/tmp/module-damaged

# damage GOOD DIRECTORY: writes a module KIND.ko for each kind of damage, and prints KIND and what its refusal must say
damage()
{
	python3 - "$@" <<'END'
import os
import struct
import sys

with open(sys.argv[1], 'rb') as file:
    good = file.read()

wide = good[4] == 2
# the fields of ELF structures: name -> (offset, format), and the size of all
FIELDS = {
    'ehdr': {'type': (16, 'H'), 'phoff': (32, 'Q'), 'shoff': (40, 'Q'), 'phentsize': (54, 'H'), 'phnum': (56, 'H'), 'shnum': (60, 'H'), 'size': 64},
    'phdr': {'type': (0, 'I'), 'offset': (8, 'Q'), 'vaddr': (16, 'Q'), 'filesz': (32, 'Q'), 'size': 56},
    'shdr': {'type': (4, 'I'), 'offset': (24, 'Q'), 'length': (32, 'Q'), 'link': (40, 'I'), 'size': 64},
    'dyn': {'tag': (0, 'Q'), 'value': (8, 'Q'), 'size': 16},
    'sym': {'name': (0, 'I'), 'shndx': (6, 'H'), 'value': (8, 'Q'), 'size': 24},
} if wide else {
    'ehdr': {'type': (16, 'H'), 'phoff': (28, 'I'), 'shoff': (32, 'I'), 'phentsize': (42, 'H'), 'phnum': (44, 'H'), 'shnum': (48, 'H'), 'size': 52},
    'phdr': {'type': (0, 'I'), 'offset': (4, 'I'), 'vaddr': (8, 'I'), 'filesz': (16, 'I'), 'size': 32},
    'shdr': {'type': (4, 'I'), 'offset': (16, 'I'), 'length': (20, 'I'), 'link': (24, 'I'), 'size': 40},
    'dyn': {'tag': (0, 'I'), 'value': (4, 'I'), 'size': 8},
    'sym': {'name': (0, 'I'), 'value': (4, 'I'), 'shndx': (14, 'H'), 'size': 16},
}
# of <kml/abi.h>
FIELDS['table'] = {'magic': (0, 'I'), 'major': (4, 'H'), 'minor': (6, 'H'), 'entry_size': (8, 'I'), 'count': (12, 'I'), 'entries': (16, 'I')}
FIELDS['export'] = {'stub': (8, 'I'), 'name': (12, 'I'), 'class': (20, 'H'), 'ret': (28, 'i'), 'size': 64}
SHT_SYMTAB, PT_LOAD, PT_DYNAMIC = 2, 1, 2
DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ = 4, 5, 6, 10


class Item:
    """One structure of some bytes; its fields are attributes."""

    def __init__(self, data, kind, at):
        self.__dict__.update(data=data, kind=kind, at=at)

    def field(self, name):
        offset, form = FIELDS[self.kind][name]
        return '<' + form, self.data, self.at + offset

    def __getattr__(self, name):
        return struct.unpack_from(*self.field(name))[0]

    def __setattr__(self, name, value):
        form, data, at = self.field(name)
        struct.pack_into(form, data, at, value)


def items(data, kind, at, count):
    return [Item(data, kind, at + i * FIELDS[kind]['size']) for i in range(count)]


def text(data, at):
    return bytes(data[at:data.index(0, at)]).decode()


class Module:
    """A copy of the good module, and the image in it."""

    def __init__(self):
        self.data = bytearray(good)
        ehdr = Item(self.data, 'ehdr', 0)
        sections = items(self.data, 'shdr', ehdr.shoff, ehdr.shnum)
        table = next(s for s in sections if s.type == SHT_SYMTAB)
        names = sections[table.link].offset
        symbols = {}
        for sym in items(self.data, 'sym', table.offset, table.length // FIELDS['sym']['size']):
            symbols[text(self.data, names + sym.name)] = sym
        # where the kernel will think the image ends
        self.start, self.end = symbols['kml_image_blob'], symbols['kml_image_blob_end']
        self.at = sections[self.start.shndx].offset + self.start.value
        self.length = self.end.value - self.start.value
        self.image = image = self.data[self.at:self.at + self.length]
        self.ehdr = Item(image, 'ehdr', 0)
        self.segments = items(image, 'phdr', self.ehdr.phoff, self.ehdr.phnum)
        self.load = next(p for p in self.segments if p.type == PT_LOAD)
        self.dynamic = next(p for p in self.segments if p.type == PT_DYNAMIC)
        self.dyn = {}
        for dyn in items(image, 'dyn', self.dynamic.offset, self.dynamic.filesz // FIELDS['dyn']['size']):
            self.dyn.setdefault(dyn.tag, dyn)
        self.strings = self.dyn[DT_STRTAB].value
        self.nsyms = struct.unpack_from('<I', image, self.dyn[DT_HASH].value + 4)[0]
        self.symbols = {}
        for sym in items(image, 'sym', self.dyn[DT_SYMTAB].value, self.nsyms):
            self.symbols[text(image, self.strings + sym.name)] = sym
        self.table = Item(image, 'table', self.symbols['__kml_table'].value)
        self.exports = items(image, 'export', self.table.at + self.table.entries, self.table.count)

    def cut(self, length):
        self.end.value = self.start.value + length

    def rename(self, name):
        self.image[self.strings + self.symbols[name].name] = ord('X')

    def write(self, path):
        self.data[self.at:self.at + self.length] = self.image
        with open(path, 'wb') as file:
            file.write(self.data)


OUTSIDE = 0x7ffff000


def put(item, name, value):
    setattr(item, name, value)


def swap_names(m):
    one, two = m.exports[0], m.exports[1]
    one.name, two.name = two.name, one.name


NO_ELF = 'it is no ELF shared object of this architecture'
# a name that the stock image has, too
CLOCK = '__kernel_clock_gettime' if os.uname().machine == 'aarch64' else '__vdso_clock_gettime'
SHORT = 'it is shorter than its segment'
DYNAMIC = 'its dynamic section is not whole'
VERSION = 'its table is of another version than the module'
EXPORTS = 'its exports lie outside'
CODE = 'the code of an export lies outside'
KINDS = [
    ('empty', 'it is empty', lambda m: m.cut(0)),
    ('cut-in-header', 'it is shorter than an ELF header', lambda m: m.cut(20)),
    ('cut-after-header', 'it lacks a segment or a dynamic section', lambda m: m.cut(FIELDS['ehdr']['size'])),
    ('cut-page', SHORT, lambda m: m.cut(4096)),
    ('cut-half', SHORT, lambda m: m.cut(m.length // 2)),
    ('cut-last-byte', SHORT, lambda m: m.cut(m.load.filesz - 1)),
    ('segment-size', SHORT, lambda m: put(m.load, 'filesz', m.length + 1)),
    ('elf-magic', NO_ELF, lambda m: m.image.__setitem__(0, 0)),
    ('elf-type', NO_ELF, lambda m: put(m.ehdr, 'type', 2)),
    ('elf-phentsize', NO_ELF, lambda m: put(m.ehdr, 'phentsize', 8)),
    ('elf-phoff', 'it lacks a segment', lambda m: put(m.ehdr, 'phoff', OUTSIDE)),
    ('elf-phnum', 'it lacks a segment', lambda m: put(m.ehdr, 'phnum', 0xffff)),
    ('segment-address', 'its segment does not begin at 0', lambda m: put(m.load, 'vaddr', 4096)),
    ('no-dynamic', 'it lacks a segment or a dynamic section', lambda m: put(m.dynamic, 'type', 0)),
    ('dynamic-outside', DYNAMIC, lambda m: put(m.dynamic, 'offset', OUTSIDE)),
    ('no-dynsym', DYNAMIC, lambda m: put(m.dyn[DT_SYMTAB], 'tag', 0x12345)),
    ('hash-outside', 'its hash table lies outside', lambda m: put(m.dyn[DT_HASH], 'value', OUTSIDE)),
    ('dynsym-outside', 'its symbols lie outside', lambda m: put(m.dyn[DT_SYMTAB], 'value', OUTSIDE)),
    ('dynsym-count', 'its symbols lie outside', lambda m: struct.pack_into('<I', m.image, m.dyn[DT_HASH].value + 4, OUTSIDE)),
    ('dynstr-outside', 'its strings lie outside', lambda m: put(m.dyn[DT_STRTAB], 'value', OUTSIDE)),
    ('dynstr-size', 'its strings lie outside', lambda m: put(m.dyn[DT_STRSZ], 'value', OUTSIDE)),
    ('dynstr-end', 'its last string has no end', lambda m: m.image.__setitem__(m.strings + m.dyn[DT_STRSZ].value - 1, ord('X'))),
    ('no-table', 'it has no symbol __kml_table', lambda m: m.rename('__kml_table')),
    ('table-outside', '__kml_table lies outside', lambda m: put(m.symbols['__kml_table'], 'value', OUTSIDE)),
    ('table-at-end', '__kml_table lies outside', lambda m: put(m.symbols['__kml_table'], 'value', m.length // 64 * 64)),
    ('table-magic', 'its table has a wrong magic', lambda m: put(m.table, 'magic', 0)),
    ('table-major', VERSION, lambda m: put(m.table, 'major', m.table.major + 1)),
    ('table-minor', VERSION, lambda m: put(m.table, 'minor', m.table.minor + 1)),
    ('entry-size', 'its exports have a wrong size', lambda m: put(m.table, 'entry_size', 8)),
    ('exports-outside', EXPORTS, lambda m: put(m.table, 'entries', OUTSIDE)),
    ('exports-unaligned', EXPORTS, lambda m: put(m.table, 'entries', m.table.entries + 8)),
    ('exports-count-huge', EXPORTS, lambda m: put(m.table, 'count', OUTSIDE)),
    ('exports-one-less', 'the image has %d exports', lambda m: put(m.table, 'count', m.table.count - 1)),
    ('export-name', 'the name of an export lies outside', lambda m: put(m.exports[3], 'name', OUTSIDE)),
    ('export-class', 'an export is of no known class', lambda m: put(m.exports[-1], 'class', 3)),
    ('export-stub', CODE, lambda m: put(m.exports[7], 'stub', OUTSIDE)),
    ('export-return-behind', CODE, lambda m: put(m.exports[7], 'ret', OUTSIDE)),
    ('export-return-before', CODE, lambda m: put(m.exports[7], 'ret', -OUTSIDE)),
    ('export-order', 'is not at its place in the image', swap_names),
    ('no-stock-name', f'the built vDSO image has no {CLOCK}', lambda m: m.rename(CLOCK)),
]

for kind, why, change in KINDS:
    module = Module()
    change(module)
    if '%d' in why:
        why %= module.table.count
    module.write('%s/%s.ko' % (sys.argv[2], kind))
    print(kind, why)
END
}

# stray: mappings that a module made which is gone, or one that is not: what made them has no name in the kernel
stray()
{
	awk '$3 ~ /^0x/ || /kml_/' /proc/vmallocinfo
}

# gone: nothing of a module is left
gone()
{
	local tries=0

	while [ -e /sys/module/kml ] && [ $tries != 20 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	! grep -q '^kml ' /proc/modules && [ ! -e /sys/module/kml ] && [ ! -e /sys/kernel/kml ] &&
		[ -z "$(stray)" ] &&
		[ "$(/trusted/common/printcpl 2>&1)" = "cpl 3" ]
}

# refused KIND WHY
refused()
{
	local log

	dmesg -C
	out=$(insmod "$work/$1.ko" 2>&1) && { result 1 "$1 is refused"; modprobe -r kml; return; }
	# what it says of the kernel's own vDSO is no error
	log=$(dmesg -l err | sed -n 's/^.*kml: //p')
	out+=$'\n'$log
	[ -n "$log" ] && [[ $log != *$'\n'* && $log == *"$2"* ]]
	result $? "$1: one line: $2"
	out=$(ls -d /sys/module/kml /sys/kernel/kml 2>/dev/null; stray)
	gone
	result $? "$1: nothing remains"
}

cleanup()
{
	rm -rf $work
	modprobe kml
}

# loads FILE WHAT
loads()
{
	out=$(insmod "$1" 2>&1)
	result $? "$2 is loaded"
	out=$(/trusted/common/printcpl 2>&1)
	[ "$out" = "cpl 0" ]
	result $? "$2: a program is privileged"
	out=$(KML_MODE=trusted /trusted/common/dynamic 2>&1)
	result $? "$2: exports are called"
}

trap cleanup EXIT
ktap_start
rm -rf $work
mkdir -p $work
good=$(find "/lib/modules/$(uname -r)" -name kml.ko)
damage "$good" $work >$work/kinds 2>$work/errors
out=$(cat $work/errors)
[ "$(wc -l <$work/kinds)" = 40 ]
result $? "damaged modules are made"
modprobe -r kml
while read -r kind why; do
	refused "$kind" "$why"
done <$work/kinds
loads "$good" "the good module"
ktap_end
