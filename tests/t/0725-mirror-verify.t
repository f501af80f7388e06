#!/bin/bash
# crm-history verify: the store and its mirror say the same, and it can be told
# where they do not.
. "${0%/*}/../lib.sh"
need git
[ -x "$BUILD/libexec/crm/crm-git2" ] || skip_all 'built without the git mirror'
export GIT_CONFIG_NOSYSTEM=1

crm init -q --history=plain
crm-add -q <<'END'
{"type":"contact","id":"maria","name":"Maria Papadopoulou","title":"CEO"}
{"type":"contact","id":"nick","name":"Nick \"the\" Greek"}
{"type":"account","id":"acme","name":"Ακμή ΑΕ"}
END
crm-edit -q maria title=COO
echo '{"keep":"maria","merge":["nick"]}' | crm-merge -q
crm-history mirror -q
git=(git -C "$CRM_STORE/mirror.git" -c user.name=x -c user.email=x@x.example)
ok 'a sound store and mirror' 'crm-history verify'
err_has 'says so' "'.*' is sound"
is 'and nothing else' "$out" ''

# The mirror may lag: it is compared with the store of its own revision.
crm config history off
crm-edit -q acme name='Acme SA'
crm-rm -q --unlink maria
ok 'a mirror that lags is sound' 'crm-history verify -q'
ok 'the store alone is, too' 'crm verify -q'
crm config history plain && crm-history mirror -q
ok 'with a merge and a removal' 'crm-history verify -q'

# Somebody's fingers in it.
tip=$("${git[@]}" rev-parse main)
# forge SED PATH: a commit with the next sequence in which PATH reads otherwise
forge() {
	local blob
	"${git[@]}" read-tree main
	blob=$("${git[@]}" show "main:$2" | sed "$1" | "${git[@]}" hash-object -w --stdin)
	"${git[@]}" update-index --cacheinfo "100644,$blob,$2"
	seal "$("${git[@]}" write-tree)"
}
# seal TREE [SEQ]: a commit of the tree as the mirror would make it
seal() {
	local n=${2:-$(($("${git[@]}" rev-list --count main) + 1))} rev
	rev=$("${git[@]}" log -1 --format='%(trailers:key=Crm-Rev,valueonly,separator=)' main)
	"${git[@]}" update-ref refs/heads/main "$(printf 'x\n\nCrm-Seq: %d\nCrm-Rev: %s\n' "$n" "${rev##*-}" |
		"${git[@]}" commit-tree "$1" -p main)"
}
path=$("${git[@]}" ls-tree -r --name-only main | grep acme.json)
forge 's/Acme SA/Acme Ltd/' "$path"
fails_with 4 'a record that was changed' 'crm-history verify'
out_has 'is named' "mirror.differs: 'acme' is not the same in the mirror"
err_has 'and counted' 'not sound; faults: 1'
fails_with 4 'as JSON' 'crm-history verify -F jsonl'
is 'with the rule' "$out" '{"rule":"mirror.differs","message":"'"'acme'"' is not the same in the mirror"}'$'\n'
"${git[@]}" update-ref refs/heads/main "$tip"

"${git[@]}" read-tree main && "${git[@]}" rm -q --cached "$path"
seal "$("${git[@]}" write-tree)"
fails_with 4 'a record that was taken out' 'crm-history verify'
out_has 'is named, too' "'acme' is missing in the mirror"
"${git[@]}" update-ref refs/heads/main "$tip"

"${git[@]}" read-tree main
"${git[@]}" update-index --add --cacheinfo "100644,$("${git[@]}" show "main:$path" | sed 's/"acme"/"acma"/' |
	"${git[@]}" hash-object -w --stdin),${path/acme/acma}"
seal "$("${git[@]}" write-tree)"
fails_with 4 'a record too many' 'crm-history verify'
out_has 'is named' "'acma' is in the mirror, not in the store"
"${git[@]}" update-ref refs/heads/main "$tip"

seal 'main^{tree}' 99
fails_with 4 'a gap in the sequence' 'crm-history verify'
err_has 'is named' 'sequence has a gap at commit'
"${git[@]}" update-ref refs/heads/main "$("${git[@]}" commit-tree 'main^{tree}' -p "$tip" -m mine)"
fails_with 4 'a commit of another hand' 'crm-history verify'
err_has 'is told apart' "is not the mirror's own"
"${git[@]}" update-ref refs/heads/main "$tip"
ok 'all is as before' 'crm-history verify -q'

# An older store under a newer mirror.
cp -r "$CRM_STORE" old
crm-add -q contact id=zoe name=Zoe && crm-history mirror -q
rm -rf old/mirror.git && cp -r "$CRM_STORE/mirror.git" old/
fails_with 4 'a mirror that is ahead' 'crm-history -s old verify'
err_has 'says how far' 'the mirror is at revision'
fails_with 2 'no operands' 'crm-history verify maria'

# Sealed, and many.
crm -s sealed init -q --history=sealed
seq 3000 | sed 's/.*/{"type":"contact","id":"c&","name":"Person &"}/' | crm-add -s sealed -q
crm-rm -s sealed -q --erase c77 --receipt r.json
ok 'a sealed mirror, one person erased' 'crm-history -s sealed verify -q'
done_testing
