# SPDX-License-Identifier: GPL-2.0-only
# bash completion for kml(8). It uses nothing of the package bash-completion.
# shellcheck shell=bash

# _kml_words WORD...: those that begin as the current word does
_kml_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$*" -- "${COMP_WORDS[COMP_CWORD]}")
}

# _kml_programs: names in /trusted or where the module looks, or paths once there is a slash
_kml_programs()
{
	local word=${COMP_WORDS[COMP_CWORD]} dir

	if [[ $word == */* ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	else
		dir=$(cat /sys/module/kml/parameters/trusted 2>/dev/null || echo /trusted)
		mapfile -t COMPREPLY < <(cd "$dir" 2>/dev/null && compgen -f -- "$word")
	fi
}

# _kml_first: only options of kml run and their values are before the word
_kml_first()
{
	local i=2

	while [[ ${COMP_WORDS[i]} == -* && $i -lt $COMP_CWORD ]]; do
		[ "${COMP_WORDS[i]}" = --mlock ] || i=$((i + 1))
		i=$((i + 1))
	done
	[ "$i" = "$COMP_CWORD" ]
}

_kml()
{
	local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} options=--help

	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		_kml_words status exports check trust run bench latency load unload --help --version
		return
	fi
	case $command in
	status|bench) options="--json --help" ;;
	exports) options="--json --root --help" ;;
	check) options="--json --root --kernel --config --help" ;;
	trust) options="--root --help" ;;
	run) options="--cpu --fifo --mlock --help" ;;
	latency) options="--json --cpu --fifo --interval --loops --histogram --plot --help" ;;
	esac
	if [ "${COMP_WORDS[COMP_CWORD - 1]}" = --root ]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return
	fi
	if [[ ${COMP_WORDS[COMP_CWORD - 1]} == --config || ${COMP_WORDS[COMP_CWORD - 1]} == --plot ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
	fi
	if [[ $word == -* ]]; then
		_kml_words "$options"
		return
	fi
	case $command in
	exports)
		# as kml exports would tell, but without its time
		_kml_words "$(cut -d ' ' -f 1 /sys/kernel/kml/exports 2>/dev/null)"
		;;
	check) _kml_programs ;;
	latency) _kml_words trap gate handler poll ;;
	run)
		if _kml_first; then
			_kml_programs
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
		fi
		;;
	trust) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}

complete -o filenames -F _kml kml
