#!/bin/bash
# crm init --history: the mirror follows; crm restore --from-git: the same store
# again.
. "${0%/*}/../lib.sh"
need git
[ -x "$BUILD/libexec/crm/crm-git" ] || skip_all "built without the git mirror"
git=(git -C "$CRM_STORE/mirror.git")
export GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
ok 'a store with a history in git' 'crm init -q --history timezone=Europe/Athens index.text=on'
is 'has one at once' "$("${git[@]}" log --format=%s)" 'crm config: settings'
same 'crm status knows' "crm status -F jsonl | jq -c '[.rev,.mirror]'" <<'END'
[0,0]
END
crm-add -q -m first <<'END'
{"type":"account","id":"acme","name":"Acme \"quoted\" \\ Ünï\u0001","emails":["a@acme.gr"],"x":{"deep":[1,{"y":1.50}]}}
{"type":"contact","name":"Maria","emails":["maria@acme.gr"],"account":"acme","ext":{"hubspot":"77"}}
{"type":"contact","id":"nick","name":"Nick","n":1e400,"m":-0.0}
{"type":"contact","id":"n2","name":"Nick Two","emails":["n2@x.example"],"ext":{"old":"5"}}
{"type":"contact","id":"n3","name":"Nick Three"}
{"type":"contact","id":"a.b:c-d_e","name":"Odd id"}
{"type":"deal","id":"d1","name":"D","account":"acme","contacts":["n2","nick"],"amount":"1.10","currency":"EUR"}
{"type":"activity","kind":"note","contact":"n3","body":"two\nlines"}
END
crm-edit -q nick title=CEO
crm-edit -q d1 stage=won
echo '{"keep":"nick","merge":["n2"]}' | crm-merge -q
echo '{"keep":"nick","merge":["n3"]}' | crm-merge -q
crm-rm -q a.b:c-d_e
crm-add -q contact id=late name=Late
echo 'an offer' >offer.txt && head -c 400000 /dev/urandom >photo.bin && : >empty
crm-edit -q late attach@=offer.txt attach@=photo.bin attach@=empty
crm-edit -q late name=Later && crm-history undo last -q
is 'each command is a commit at once' "$("${git[@]}" rev-list --count main)" 11
same 'and status says that all is there' "crm status -F jsonl | jq -c '.rev == .mirror'" <<'END'
true
END
echo '{"$id":"contact","type":"object","properties":{"shoe_size":{"type":"integer","x-crm-index":true}}}' >own.json
ok 'a field of its own' 'crm schema add own.json && crm schema contact | grep -q shoe_size'
ok 'sound' "${git[*]} fsck --full --strict"
git clone -q "$CRM_STORE/mirror.git" clone
for from in "$CRM_STORE/mirror.git" clone; do
	rm -rf new
	crm-history mirror -q
	ok "a store from ${from##*/}" "crm -s new restore --from-git $from"
	is 'has the same digest' "$(crm -s new status --digest | grep digest)" "$(crm status --digest | grep digest)"
	is 'the same records, to the byte, revisions too' "$(crm-find -s new any | sha256sum)" "$(crm-find any | sha256sum)"
	is 'old ids lead to the survivor' "$(crm-find -s new --get <<<n2)" "$(crm-find --get <<<n2)"
	is 'who has the keys of the merged' "$(crm-find -s new contact ext.old=5 -F ids)" nick
	is 'settings and schema' "$(crm -s new config)$(crm -s new schema contact)" "$(crm config)$(crm schema contact)"
	ok 'attached files' "diff -r '$CRM_STORE/files' new/files -x index"
	ok 'it is sound' 'crm -s new verify -q'
done
same 'the new store follows, too' "crm-add -s new -q contact id=more name=More && crm -s new status -F jsonl | jq -c '.rev == .mirror'" <<'END'
true
END
fails_with 4 'what is no repository' 'crm -s n2 restore --from-git own.json'
fails_with 4 'a repository of something else' 'git init -q else && crm -s n3 restore --from-git else'
err_has 'is told' 'could not be read'
fails_with 4 'a store that is in use' 'crm -s new restore --from-git clone'
err_has 'is told so' 'holds records already'
fails_with 2 'a vault without a repository' 'crm -s n4 restore --vault v clone'

# What is too large for the mirror is said, at both ends.
crm config history.files 1K
ok 'an attached file larger than history.files' 'crm-edit -q nick attach@=offer.txt && head -c 3000 /dev/urandom >more.bin && crm-edit -q nick attach@=more.bin'
err_has 'is not in the mirror' '1 attached files are larger than history.files allows'
ok 'nor in what is made of it' 'rm -rf new && crm -s new restore -q --from-git "$CRM_STORE/mirror.git"'
err_has 'which says so' '1 attached files that records name are not in the mirror, the first of record nick'
fails_with 2 'a size that is none' 'crm config history.files much'

# What was left out comes when the limit is raised, by itself where it is cheap.
ok 'a larger limit' 'crm config history.files 100M'
err_empty 'leaves nothing out'
ok 'all attached files are in what is made of it' 'rm -rf new && crm -s new restore -q --from-git "$CRM_STORE/mirror.git" && diff -r "$CRM_STORE/files" new/files -x index'
err_empty 'none is missed'
ok 'which is sound' 'crm -s new verify -q'
crm config history.files 1 >/dev/null 2>&1
truncate -s 67108865 large && crm-edit -q nick attach@=large 2>/dev/null
crm config history.files 101M
ok 'more than 64 MiB' 'crm-edit -q nick title=CIO'
err_has 'are left to crm-history mirror' 'attached files that history.files allows now are not in the git mirror'
ok 'which takes them' 'crm-history mirror -q && crm-edit -q nick title=CEO'
err_empty 'for good'
ok 'a mirror begun later' 'rm -rf "$CRM_STORE/mirror.git" new && crm-history mirror -q && crm -s new restore -q --from-git "$CRM_STORE/mirror.git"'
ok 'has the files, too' 'crm -s new verify -q && diff -r "$CRM_STORE/files" new/files -x index'
ok 'nothing is left to be done for them' "${git[*]} rev-parse main >before && crm-history mirror -q && ${git[*]} rev-parse main | cmp - before"

# Left to others: manual, and what is dear.
crm config history.sync manual
n=$("${git[@]}" rev-list --count main)
crm-edit -q nick title=CFO
is 'manual: not by itself' "$("${git[@]}" rev-list --count main)" "$n"
ok 'crm status says that it is behind' "crm status | grep -q 'crm-history mirror brings it up to date'"
crm config history.sync auto
seq 10001 | sed 's/.*/{"type":"contact","name":"Many &"}/' >many
ok 'ten thousand and one' 'crm-add -q many'
err_has 'are left to crm-history mirror' 'more than 10000 changes are not in the git mirror'
ok 'which takes them' 'crm-history mirror -q'
ok 'compacting writes the mirror first' 'crm config history.sync manual && crm-edit -q nick title=Last && crm compact -q --keep 0d'
is 'all is in it' "$("${git[@]}" grep -c '"title": "Last"' main | wc -l)" 1
rm -rf "$CRM_STORE/mirror.git"
ok 'a mirror made after that begins at the horizon' 'crm-history mirror -q'
is 'with all records' "$("${git[@]}" ls-tree -r --name-only main | grep -c json)" "$(($(crm-find any --count) + 2))"
ok 'and restores' 'rm -rf new && crm -s new restore -q --from-git "$CRM_STORE/mirror.git"'
is 'the same' "$(crm-find -s new any | sha256sum)" "$(crm-find any | sha256sum)"
ok 'with its files' 'crm -s new verify -q && diff -r "$CRM_STORE/files" new/files -x index'
mkdir "$scratch/none" && cp "$BUILD/bin/crm-history" "$scratch/none/"
fails_with 4 'without the helper' "$scratch/none/crm-history mirror"
err_has 'that is said' 'this installation has no git mirror'
done_testing
