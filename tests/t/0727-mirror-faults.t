#!/bin/bash
# A mirror that cannot be written, is switched off and on, removed or damaged:
# nothing half done stays, the next run goes on, a change never fails by it.
. "${0%/*}/../lib.sh"
need git strace
[ -x "$BUILD/libexec/crm/crm-git2" ] || skip_all 'built without the git mirror'
export GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
git=(git -C "$CRM_STORE/mirror.git")
count() {
	"${git[@]}" rev-list --count main
}
crm init -q
crm-add -q contact id=a name=A
ok 'switched on later' 'crm config history plain'
is 'it has all' "$("${git[@]}" log --format=%s)" 'crm-add: a'
crm config history off
crm-edit -q a title=one
crm-edit -q a title=two
is 'off: it stands still' "$(count)" 1
ok 'on again' 'crm config history plain'
is 'the gap is filled' "$(count)" 3
rm -rf "$CRM_STORE/mirror.git"
ok 'removed by hand' 'crm-edit -q a title=three'
is 'it is made anew from the journal' "$(count)" 4
ok 'and is the store' 'crm-history verify -q'
mv "$CRM_STORE/mirror.git/HEAD" head
fails_with 4 'no HEAD' 'crm-history mirror'
err_has 'is told' "'.*/mirror.git' has no HEAD: move it away"
mv head "$CRM_STORE/mirror.git/HEAD"
cp "$CRM_STORE/mirror.git/refs/heads/main" main
echo garbage >"$CRM_STORE/mirror.git/refs/heads/main"
fails_with 4 'a branch that is none' 'crm-history mirror'
ok 'does not hinder a change' 'crm-edit -q a title=four'
err_has 'but is told of' 'the git mirror does not follow: .*refs/heads/main'
cp main "$CRM_STORE/mirror.git/refs/heads/main"
ok 'mended, it goes on' 'crm-history mirror -q && crm-history verify -q'

# Every call that writes fails once: no space, or an error of the disk.
strace -qq -o /dev/null -e trace=none true 2>/dev/null
verdict $? 'strace works here' || { done_testing; exit; }
crm config history.sync manual
echo 'a file' >file
failed=0 unsound='' behind='' loud=''
for call in write:ENOSPC fsync:EIO rename:ENOSPC openat:ENOSPC; do
	for ((n = 1; n < 60; n++)); do
		crm-edit -q a title="$call $n" attach@=file
		was=$(count)
		strace -f -qq -o /dev/null -e trace="${call%:*}" -e inject="${call%:*}:error=${call#*:}:when=$n" \
			"$BUILD/libexec/crm/crm-git" -q -s "$CRM_STORE" mirror >/dev/null 2>said
		rc=$?
		if [ $rc = 0 ]; then
			[ "$(count)" != "$was" ] || behind="$behind $call:$n"
			[ "${call%:*}" = openat ] || break
			[ $n -lt 45 ] || break
			continue
		fi
		failed=$((failed + 1))
		[ $rc -lt 128 ] && [ -s said ] || loud="$loud $call:$n"
		"${git[@]}" fsck --strict >/dev/null 2>&1 || unsound="$unsound $call:$n"
		crm-history mirror -q || behind="$behind $call:$n"
		[ "$(count)" = $((was + 1)) ] || behind="$behind $call:$n"
	done
done
[ $failed -gt 10 ]
verdict $? 'writing failed in many places' "$failed"
echo "# $failed faults"
is 'each was told' "$loud" ''
is 'git finds no fault behind any' "$unsound" ''
is 'the next run writes what is new, once' "$behind" ''
ok 'the mirror is the store' "crm-history verify -q && ${git[*]} fsck --full --strict"
is 'nothing half written stays' "$(find "$CRM_STORE/mirror.git" -name '*.lock' -o -name 'crm_tmp*')" ''
done_testing
