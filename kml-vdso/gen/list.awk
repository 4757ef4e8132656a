#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
#
# exports.tbl -> exports.list: check every line, choose those of one
# architecture and kernel series, and write what the other generators read.
#
#   LC_ALL=C awk -v arch=x86_64 [-v series=6.12] -f list.awk exports.tbl |
#	LC_ALL=C sort -k2,2
#
# Fields of exports.list, separated by tabs:
#   1 class      leaf, call, syscall, or stock (stock.tbl only)
#   2 name
#   3 version    crc32 of the normalised prototype, 0x and 8 digits
#   4 nargs      named arguments, so 1 for (const char *fmt, ...)
#   5 flags      "-", or a comma list of: optional, config=OPTION (without
#                which the kernel's headers have something else of the name),
#                variadic, irq (class irq), absent (not in this series), impl=FUNCTION (of the module), nr=NUMBER,
#                entry=SYMBOL (the kernel's function for a system call); for
#                arm also words=1.2.1 (registers that each argument takes) and
#                stack=BYTES (of arguments that the caller has on the stack)
#   6 prototype  as in exports.tbl, single spaces
#   7 line       of exports.tbl
#
# Without a series the newest line of a name is taken. Only what POSIX awk
# has is used here: no bit operations, no strtonum, no %x above 16 bits.

function refuse(why)
{
	printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
	bad = 1
}

# A table of xor for 4 bits, and the table of crc32 for 8 built with it.
function crc_init(	i, j, k, a, b, bit, v)
{
	for (i = 0; i < 16; i++)
		for (j = 0; j < 16; j++) {
			v = 0
			a = i
			b = j
			for (bit = 1; bit < 16; bit *= 2) {
				if (a % 2 != b % 2)
					v += bit
				a = int(a / 2)
				b = int(b / 2)
			}
			xor4[i, j] = v
		}
	for (i = 0; i < 256; i++) {
		v = i
		for (k = 0; k < 8; k++)
			v = v % 2 ? xor32(int(v / 2), 3988292384) : v / 2
		crc_table[i] = v
	}
	for (i = 32; i < 127; i++)
		code[sprintf("%c", i)] = i
}

function xor32(a, b,	v, unit)
{
	v = 0
	for (unit = 1; unit < 4294967296; unit *= 16) {
		v += xor4[a % 16, b % 16] * unit
		a = int(a / 16)
		b = int(b / 16)
	}
	return v
}

function xor8(a, b)
{
	return xor4[a % 16, b % 16] + 16 * xor4[int(a / 16), int(b / 16)]
}

function crc32(s,	i, v)
{
	v = 4294967295
	for (i = 1; i <= length(s); i++)
		v = xor32(int(v / 256), crc_table[xor8(v % 256, code[substr(s, i, 1)])])
	v = 4294967295 - v
	return sprintf("0x%04x%04x", int(v / 65536), v % 65536)
}

# "6.12" -> 6012, so that series compare as numbers; open ends by default.
function series_number(s, open,	part)
{
	if (s == "-")
		return open
	if (s !~ /^[0-9]+\.[0-9]+$/)
		return -1
	split(s, part, ".")
	return part[1] * 1000 + part[2]
}

# One spelling for each type: marks for sparse dropped, "char * x" = "char *x".
function normal_type(t)
{
	gsub(/(^| )(__user|__iomem|__percpu)( |$)/, " ", t)
	gsub(/(^| )(__user|__iomem|__percpu)( |$)/, " ", t)
	gsub(/ *\* */, "*", t)
	gsub(/ +/, " ", t)
	sub(/^ /, "", t)
	sub(/ $/, "", t)
	return t
}

function is_float(t)
{
	return (" " t " ") ~ /[ *](float|double|_Complex|__m128|__m256|__int128)[ *]/
}

# A structure in registers would take two of them and mix with the rest.
function by_value(t)
{
	return t ~ /(^| )(struct|union) / && t !~ /\*/
}

# Takes two registers where one has 32 bits.
function wide(type)
{
	return type !~ /\*/ && (" " type " ") ~ / (u64|s64|loff_t|ktime_t|time64_t|long long) /
}

# These take two on some kernels and one on others.
function check_size(type)
{
	if (type ~ /^(phys_addr_t|resource_size_t)$/ && covers(line_arch, "arm"))
		refuse(name ": " type " has no fixed size on arm, write u64")
}

# Where the C ABI of arm puts an argument: two words begin at an even one.
function add_words(type)
{
	check_size(type)
	words = words (nargs > 1 ? "." : "") 1 + wide(type)
	if (wide(type))
		used += used % 2 + 1
	used++
}

function check_argument(arg, nr, last,	type)
{
	if (arg == "...") {
		if (!last || nr == 1)
			refuse(name ": ... must follow a named argument")
		variadic = 1
		return "..."
	}
	if (arg !~ /^[A-Za-z_][A-Za-z0-9_ *]*[ *][A-Za-z_][A-Za-z0-9_]*$/) {
		refuse(name ": argument " nr " (" arg ") is not a type and a name")
		return arg
	}
	type = arg
	sub(/[A-Za-z_][A-Za-z0-9_]*$/, "", type)
	if (index(cxx_words, " " substr(arg, length(type) + 1) " "))
		refuse(name ": argument " nr " (" arg ") has a name that is a word of C++, which the user header is for, too")
	if (is_float(type))
		refuse(name ": argument " nr " is no integer or pointer: gates save no float registers")
	else if (by_value(type))
		refuse(name ": argument " nr " is a structure by value")
	nargs++
	type = normal_type(type)
	add_words(type)
	return type
}

# Sets name's nargs, variadic, words and used; returns the normalised prototype.
function check_prototype(proto,	open, ret, inner, args, n, i, normal)
{
	nargs = variadic = used = 0
	words = ""
	open = index(proto, "(")
	if (!open || proto !~ /\)$/ || proto ~ /[^A-Za-z0-9_ *(),.]/) {
		refuse(name ": not a prototype: " proto)
		return ""
	}
	ret = substr(proto, 1, open - 1)
	inner = substr(proto, open + 1, length(proto) - open - 1)
	if (ret !~ ("[ *]" name "$")) {
		refuse(name ": the prototype is of another function: " proto)
		return ""
	}
	if (inner ~ /[()]/) {
		refuse(name ": write function pointers with a typedef")
		return ""
	}
	ret = substr(ret, 1, length(ret) - length(name))
	if (is_float(ret))
		refuse(name ": returns no integer or pointer: gates save no float registers")
	normal = normal_type(ret) " " name "("
	check_size(normal_type(ret))
	if (inner == "")
		refuse(name ": write (void) for no arguments")
	if (inner != "void") {
		n = split(inner, args, /, */)
		for (i = 1; i <= n; i++) {
			sub(/^ /, "", args[i])
			normal = normal (i > 1 ? "," : "") check_argument(args[i], i, i == n)
		}
	}
	if (nargs > 6)
		refuse(name ": " nargs " arguments, a gate takes 6")
	return normal ")"
}

# Is this architecture one of a line's, "all" or a comma list?
function covers(archs, arch)
{
	return archs == "all" || index("," archs ",", "," arch ",")
}

function check_range(name, archs,	i, j, n, m, part, other, same)
{
	if (first < 0)
		refuse(name ": bad first series " $2)
	if (last < 0)
		refuse(name ": bad last series " $3)
	if (first > last && first >= 0 && last >= 0)
		refuse(name ": first series " $2 " is after last series " $3)
	n = ranges[name]
	for (i = 1; i <= n; i++) {
		split(range[name, i], other, " ")
		same = archs == "all"
		m = split(archs, part, ",")
		for (j = 1; j <= m; j++)
			same = same || covers(other[3], part[j])
		if (same && first <= other[2] && other[1] <= last)
			refuse(name ": duplicate of line " other[4])
	}
	range[name, n + 1] = first " " last " " archs " " FNR
	ranges[name] = n + 1
}

function check_impl(impl,	part)
{
	if (class == "syscall") {
		if (impl !~ /^[0-9]+(\/[a-z0-9_]+)?$/) {
			refuse(name ": bad system call number " impl)
			return
		}
		if (name !~ /^sys_./)
			refuse(name ": the name of a system call begins with sys_")
		if (variadic)
			refuse(name ": a system call cannot be variadic")
		if (split(impl, part, "/") == 1)
			part[2] = substr(name, 5)
		flag("nr=" part[1])
		flag("entry=" part[2])
	} else if (impl != "-") {
		if (impl !~ /^[A-Za-z_][A-Za-z0-9_]*$/)
			refuse(name ": bad implementation " impl)
		flag("impl=" impl)
	} else if (variadic && class != "stock") {
		refuse(name ": a variadic export needs a module function that takes a va_list pointer")
	}
	if (class == "syscall" && covers(line_arch, "arm") && used > 6)
		refuse(name ": " used " words of arguments, a system call takes 6")
	if (arch == "arm" && words != "")
		flag("words=" words)
	if (arch == "arm" && used > 4)
		flag("stack=" 4 * (used - 4))
	if (variadic) {
		if (class == "leaf")
			refuse(name ": a leaf cannot be variadic")
		flag("variadic")
	}
}

function flag(f)
{
	flags = flags == "" ? f : flags "," f
}

BEGIN {
	crc_init()
	cxx_words = " and bool catch class delete explicit export false friend mutable namespace new not operator or private " \
		"protected public template this throw true try typename using virtual xor "
	if (arch == "") {
		print "list.awk: no -v arch=" > "/dev/stderr"
		bad = 1
		exit
	}
	want = series == "" ? -2 : series_number(series, -1)
	if (want == -1) {
		print "list.awk: bad series " series > "/dev/stderr"
		bad = 1
		exit
	}
}

/^[ \t]*(#|$)/ {
	next
}

/[^\t -~]/ {
	refuse("not plain ASCII")
	next
}

NF < 7 {
	refuse("a line has 7 fields: class first last arch name impl prototype")
	next
}

{
	class = $1
	name = $5
	flags = ""
	config = ""
	if (match(class, /\?[A-Z0-9_]*$/)) {
		config = substr(class, RSTART + 1)
		class = substr(class, 1, RSTART - 1)
		flag("optional")
	}
	if (config != "")
		flag("config=" config)
	if (class == "irq") {
		class = "call"
		flag("irq")
	}
	if (class !~ /^(leaf|call|syscall|stock)$/) {
		refuse("unknown class " $1)
		next
	}
	line_arch = $4
	if ($4 !~ /^(all|(x86_64|arm|arm64)(,(x86_64|arm|arm64))*)$/)
		refuse(name ": unknown architecture " $4)
	if (name !~ /^[A-Za-z_][A-Za-z0-9_]*$/) {
		refuse("bad name " name)
		next
	}
	first = series_number($2, 0)
	last = series_number($3, 999999)
	check_range(name, $4)

	impl = $6
	proto = $7
	for (i = 8; i <= NF; i++)
		proto = proto " " $i
	normal = check_prototype(proto)
	check_impl(impl)
	if (bad || !covers($4, arch))
		next

	fits = want == -2 || (first <= want && want <= last)
	if (!fits)
		flag("absent")
	rank = (fits ? 1000000 : 0) + last
	if (name in best && best[name] > rank)
		next
	best[name] = rank
	line[name] = class "\t" name "\t" crc32(normal) "\t" nargs "\t" \
		(flags == "" ? "-" : flags) "\t" proto "\t" FNR
}

END {
	if (bad)
		exit 1
	for (name in line)
		print line[name]
}
