#!/bin/bash
# crm-rm --erase killed at each step and run again: no canary is left, the
# receipt is whole. CRM_LONG=1: at each write and open, too.
. "${0%/*}/../lib.sh"
. "$src/tests/person.sh"
need strace

crm init -q --index text 2>/dev/null
fill | sed 's/boss is .* Papadopoulou/a note/' | crm-add -q
live
cp -R "$CRM_STORE" first
strace -qq -o /dev/null -e trace=none true 2>/dev/null
verdict $? 'strace works here' || { done_testing; exit; }
calls='unlink unlinkat rename renameat fdatasync fsync flock'
[ -z "${CRM_LONG:-}" ] || calls="$calls pwrite64 pwritev write openat mmap"
kills=0 bad_left='' bad_rc='' bad_verify='' bad_receipt=''
for call in $calls; do
	for ((n = 1; n < 400; n++)); do
		rm -rf "$CRM_STORE" receipt
		cp -R first "$CRM_STORE"
		{
			strace -qq -o /dev/null -e trace="$call" \
				-e inject="$call:signal=SIGKILL:when=$n" \
				crm-rm -q --erase $P --receipt receipt
		} 2>/dev/null
		[ $? = 137 ] || break
		kills=$((kills + 1))
		crm-rm -q --erase $P --receipt receipt >/dev/null 2>&1 || bad_rc="$bad_rc $call:$n"
		[ -z "$(canaries)" ] || bad_left="$bad_left $call:$n"
		crm verify -q --erased receipt >/dev/null 2>&1 || bad_verify="$bad_verify $call:$n"
		grep -q '"erased":{"link":1' receipt 2>/dev/null || bad_receipt="$bad_receipt $call:$n"
	done
done
[ "$kills" -gt 10 ]
verdict $? 'it was killed at many steps' "$kills"
is 'the second run succeeds' "$bad_rc" ''
is '50 canaries, none left in any file' "$bad_left" ''
is 'the store is sound' "$bad_verify" ''
is 'the receipt is there' "$bad_receipt" ''
echo "# $kills kills"
done_testing
