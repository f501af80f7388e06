#!/bin/bash
# crm-rm --erase with a history in git: no object holds any of the 50 canaries
# any more, whatever was killed on the way. CRM_LONG=1: at each write, too.
. "${0%/*}/../lib.sh"
. "$src/tests/person.sh"
need git strace
[ -x "$BUILD/libexec/crm/crm-git" ] || skip_all "built without the git mirror"
export GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
git=(git -C "$CRM_STORE/mirror.git")

# what of them git can show: files, commits, trees, reachable or not
in_git() {
	"${git[@]}" cat-file --batch-all-objects --batch --unordered |
		grep -aoiE "canary[0-9]+|$P|$L" | tr A-Z a-z | sort -u
}
crm init -q --history index.text=on
fill | sed 's/boss is .* Papadopoulou/a note/' | crm-add -q
live
is 'canaries in git' "$(in_git | grep -c canary)" 50
crm-add -q contact id=after name='After that'
echo shared >shared.txt
echo 'canary77 in a file' >own.txt
crm-edit -q $P attach@=own.txt attach@=shared.txt
crm-edit -q after attach@=shared.txt
is 'files are in git' "$(in_git | grep -c canary77)$("${git[@]}" grep -c shared main -- files | wc -l)" 11
commits=$("${git[@]}" rev-list --count main)
before=$("${git[@]}" log --format=%B -- '*/after.json')
"${git[@]}" tag old main~3 && "${git[@]}" branch aside main~5
cp -R "$CRM_STORE" first

ok 'erase' "crm-rm -q --erase $P --receipt receipt"
is 'nothing is left in any object' "$(in_git)" ''
is 'nor in any file' "$(canaries)" ''
ok 'git finds no fault' "${git[*]} fsck --full --strict"
is 'nothing hangs loose' "$("${git[@]}" fsck --full --unreachable --no-reflogs 2>&1)" ''
is 'what another one has, too, stays' "$("${git[@]}" grep -h shared main -- files)" shared
is 'the other commits are there' "$("${git[@]}" rev-list --count main)" "$((commits + 1))"
is 'with what they say' "$("${git[@]}" log --format=%B -- '*/after.json')" "$before"
is 'the sequence has no gap' "$("${git[@]}" log --reverse --format='%(trailers:key=Crm-Seq,valueonly,separator=)' main | tr '\n' ' ')" \
	"$(seq -s ' ' "$("${git[@]}" rev-list --count main)") "
is 'reasons of what was done to the person went' "$("${git[@]}" log --all --format=%B | grep -c 'why canary\|Crm-Why')" 0
is 'branches and tags moved' "$("${git[@]}" log -1 --format=%s old)$("${git[@]}" log -1 --format=%s aside)" "$("${git[@]}" log -1 --skip=4 --format=%s main)$("${git[@]}" log -1 --skip=6 --format=%s main)"
is 'amounts stay' "$("${git[@]}" grep -h '"amount"' main | sort)" "$(printf '  "amount": "100.00",\n  "amount": "12.50",\n  "amount": "5.00",')"
ok 'it can be checked' 'crm verify -q --erased receipt'
ok 'the store comes back from it' 'crm -s new restore -q --from-git "$CRM_STORE/mirror.git"'
is 'without the person' "$(crm -s new status --digest | grep digest)" "$(crm status --digest | grep digest)"

# A repository that git has packed in its own way, with deltas.
rm -rf "$CRM_STORE" && cp -R first "$CRM_STORE"
"${git[@]}" gc -q --aggressive --prune=now
ok 'after git gc' "crm-rm -q --erase $P --receipt receipt"
is 'nothing is left' "$(in_git)" ''
ok 'no fault' "${git[*]} fsck --full --strict"

# What the journal has dropped, git knows still.
rm -rf "$CRM_STORE" && cp -R first "$CRM_STORE"
crm compact -q --keep 0d
ok 'after crm compact --keep' "crm-rm -q --erase $P --receipt receipt"
is 'names and addresses are gone' "$(in_git | grep -E "canary0[145]|$P|$L")" ''
ok 'no fault there' "${git[*]} fsck --full --strict"
rm -rf "$CRM_STORE" && cp -R first "$CRM_STORE"
crm config history off
ok 'a mirror that is switched off' "crm-rm -q --erase $P --receipt receipt"
is 'forgets, too' "$(in_git)" ''
rm -rf "$CRM_STORE" && cp -R first "$CRM_STORE"
rm -f receipt && crm-rm -q --erase $P --receipt receipt && rm -rf "$CRM_STORE/mirror.git" && cp -R first/mirror.git "$CRM_STORE"
fails_with 4 'a receipt finds what is still there' 'crm verify --erased receipt'
out_has 'in git' 'the git mirror names erased record'

# Killed on the way.
calls='rename unlink' step=3
[ -z "${CRM_LONG:-}" ] || calls="$calls fsync write openat pwrite64 mmap" step=1
kills=0 left='' rc_bad='' fault='' verify=''
for call in $calls; do
	for ((n = 1; n < 300; n += step)); do
		rm -rf "$CRM_STORE" && cp -R first "$CRM_STORE"
		# the helper alone: the store's part has its own test
		crm config history.sync manual
		mv "$CRM_STORE/mirror.git" m && crm-rm -q --erase $P --receipt receipt && mv m "$CRM_STORE/mirror.git"
		{
			strace -qq -o /dev/null -e trace="$call" -e inject="$call:signal=SIGKILL:when=$n" \
				"$BUILD/libexec/crm/crm-git" -q -s "$CRM_STORE" forget
		} 2>/dev/null
		[ $? = 137 ] || break
		kills=$((kills + 1))
		crm-rm -q --erase $P --receipt r2 >/dev/null 2>&1 || rc_bad="$rc_bad $call:$n"
		[ -z "$(in_git)" ] || left="$left $call:$n"
		"${git[@]}" fsck --full >/dev/null 2>&1 || fault="$fault $call:$n"
		crm verify -q --erased receipt >/dev/null 2>&1 || verify="$verify $call:$n"
	done
done
[ "$kills" -gt 8 ]
verdict $? "it was killed at many steps" "$kills"
is 'the next erasure completes it' "$rc_bad" ''
is 'nothing is left in git' "$left" ''
is 'git finds no fault' "$fault" ''
is 'the receipt agrees' "$verify" ''
echo "# $kills kills"
# Together with what points there, in one run and in both orders.
crm-add -q contact id=zz name=Zz && crm-add -q activity id=zzcall kind=note contact=zz body=zzsaid
crm-add -q contact id=yy name=Yy && crm-add -q activity id=aacall kind=note contact=yy body=zzsaid
ok 'a person and what points there in one run' "printf 'zz\\nzzcall\\naacall\\nyy\\n' | crm-rm -q --erase --expect 4 -"
ok 'the store is sound' 'crm verify -q'
is 'commits name the erased by number only' "$("${git[@]}" log --format=%s | grep -cE '(zz|yy|call)')" 0
is 'an erasure says what it is' "$("${git[@]}" log -1 --format=%s)" 'crm-rm erase: 4 removed'
done_testing
