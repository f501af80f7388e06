#!/bin/bash
# crm-rm --erase killed at each step and run again: no canary is left, the
# receipt is whole. CRM_LONG=1: at each write and open, too.
. "${0%/*}/../lib.sh"
. "$src/tests/person.sh"
need strace

prepare() {	# OPTION...
	rm -rf "$CRM_STORE" first
	crm init -q "$@" 2>/dev/null
	fill | sed 's/boss is .* Papadopoulou/a note/' | crm-add -q
	live
	[ $# = 2 ] || crm-history mirror -q
	cp -R "$CRM_STORE" first
}
git_canaries() {
	[ ! -d "$CRM_STORE/mirror.git" ] ||
	git -C "$CRM_STORE/mirror.git" cat-file --batch-all-objects --batch |
		grep -aoihE 'canary[0-9]+' | sort -u
}
strace -qq -o /dev/null -e trace=none true 2>/dev/null
verdict $? 'strace works here' || { done_testing; exit; }

# One run killed at the Nth call of each kind, and a second one.
kills=0 bad_left='' bad_rc='' bad_verify='' bad_receipt=''
kill_each() {	# OPTION-OF-STRACE CALL...
	local f=$1 call n was
	shift
	for call; do
		for ((n = 1; n < 400; n += ${step:-1})); do
			rm -rf "$CRM_STORE" receipt
			cp -R first "$CRM_STORE"
			{
				strace $f -qq -o /dev/null -e trace="$call" \
					-e inject="$call:signal=SIGKILL:when=$n" \
					crm-rm -q --erase $P --receipt receipt
				was=$?
			} 2>/dev/null
			[ $was != 0 ] || break
			kills=$((kills + 1))
			crm-rm -q --erase $P --receipt receipt >/dev/null 2>&1 || bad_rc="$bad_rc $call:$n"
			[ -z "$(canaries)$(git_canaries)" ] || bad_left="$bad_left $call:$n"
			crm verify -q --erased receipt >/dev/null 2>&1 || bad_verify="$bad_verify $call:$n"
			grep -q '"erased":{"link":1' receipt 2>/dev/null || bad_receipt="$bad_receipt $call:$n"
		done
	done
}
report() {	# WHAT LEAST
	[ "$kills" -gt "$2" ]
	verdict $? "$1: it was killed at many steps" "$kills"
	is "$1: the second run succeeds" "$bad_rc" ''
	is "$1: 50 canaries, none left in any file" "$bad_left" ''
	is "$1: the store is sound" "$bad_verify" ''
	is "$1: the receipt is there" "$bad_receipt" ''
	echo "# $kills kills"
	kills=0 bad_left='' bad_rc='' bad_verify='' bad_receipt=''
}
prepare --index text
calls='unlink unlinkat rename renameat fdatasync fsync flock'
[ -z "${CRM_LONG:-}" ] || calls="$calls pwrite64 pwritev write openat mmap"
# shellcheck disable=SC2086
kill_each '' $calls
report plain 10
rm -rf "$CRM_STORE"
cp -R first "$CRM_STORE"
{ strace -qq -o /dev/null -e trace=rename -e inject=rename,renameat:signal=SIGKILL:when=1 \
	crm-rm -q --erase $P; } 2>/dev/null
ok 'an interrupted one is sound' 'crm verify'
err_has 'and told of' 'an erasure was interrupted: crm-rm --erase with the same record completes it'
ok 'any other completes it' 'crm-rm -q --erase other'
is 'nothing is left' "$(canaries)" ''
ok 'nor told' 'crm verify -q'
err_empty 'of it'

if [ -x "$BUILD/libexec/crm/crm-git" ] && command -v git >/dev/null; then
	step=9 kinds=plain
	[ -z "${CRM_LONG:-}" ] || step=1 kinds='plain sealed'
	for kind in $kinds; do
		prepare --index text --history=$kind
		is "git mirror, $kind: before it" "$(git_canaries | wc -l)" \
			"$([ $kind = plain ] && echo 50 || echo 0)"
		kill_each -f unlink rename fsync fdatasync
		report "git mirror, $kind" 4
	done
fi
done_testing
