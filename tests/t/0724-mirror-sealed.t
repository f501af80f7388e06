#!/bin/bash
# crm init --history=sealed: git holds nothing readable; the vault opens it, and
# destroying a key reaches clones.
. "${0%/*}/../lib.sh"
. "$src/tests/person.sh"
need git
[ -x "$BUILD/libexec/crm/crm-git" ] || skip_all "built without the git mirror"
export GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
git=(git -C "$CRM_STORE/mirror.git")
in_git() {	# REPO
	git -C "$1" cat-file --batch-all-objects --batch --unordered |
		grep -aoiE "canary[0-9]+|papadop|$P|$L" | sort -u
}
crm init -q --history=sealed timezone=Europe/Athens
fill | sed 's/boss is .* Papadopoulou/a note/' | crm-add -q -m 'why canary99'
live
is 'no object can be read' "$(in_git "$CRM_STORE/mirror.git")" ''
is 'paths, authors and messages name nobody' "$("${git[@]}" log --name-only --format='%an %cn %s' | grep -vcE '^(crm crm crm.*|[0-9a-f]/[0-9a-f]/[0-9a-f]/[0-9a-f]/[0-9]+-[0-9]+\.sealed|files/[0-9a-f]/[0-9a-f]/[0-9a-f]/[0-9a-f]/[0-9a-f]{64}|store/[a-z.]+\.(txt|bin)|README.md|)$')" 0
ok 'git finds no fault' "${git[*]} fsck --full --strict"
is 'keys are for the owner alone' "$(stat -c %a "$CRM_STORE/vault" "$CRM_STORE"/vault/* | sort -u | tr '\n' ' ')" '600 700 '
path=$(crm-history mirror -q $P)
ok 'textconv opens a file' "${git[*]} show main:$path >f && crm-history textconv f"
out_has 'one field a line' '^  "family_name": "Canary03",$'
is 'git log -p shows text by itself' "$("${git[@]}" log -p -- "$path" | grep -c '^[-+]  "title": "canary40"')" 1
is 'sizes say little' "$("${git[@]}" ls-tree -r -l main | awk '/sealed/ { print ($4 - 9 - 24 - 16) % 8 }' | sort -u)" 0
cp -R "$CRM_STORE" twice && rm -rf twice/mirror.git
crm -s twice config history.sync manual
ok 'the same journal and vault' 'crm-history -s twice mirror -q'
is 'give the same files' "$(git -C twice/mirror.git ls-tree -r main | grep sealed)" "$("${git[@]}" ls-tree -r main | grep sealed)"

git clone -q "$CRM_STORE/mirror.git" clone
cp -R "$CRM_STORE/vault" keys
ok 'a clone restores with the vault' "crm -s new restore -q --from-git clone --vault keys"
is 'the same store' "$(crm-find -s new any | sha256sum)" "$(crm-find any | sha256sum)"
ok 'attached files, too' "diff -r '$CRM_STORE/files' new/files -x index"
fails_with 4 'not without it' 'crm -s new2 restore -q --from-git clone'
mkdir empty
fails_with 4 'not with another' 'crm -s new3 restore -q --from-git clone --vault empty'

crm config history.files 0
echo 'sealed later' >later && crm-edit -q $P attach@=later 2>/dev/null
ok 'a limit that is raised brings older files' 'crm config history.files 100M && crm -s new5 restore -q --from-git "$CRM_STORE/mirror.git" && diff -r "$CRM_STORE/files" new5/files -x index'
is 'still unreadable' "$(in_git "$CRM_STORE/mirror.git"; git -C "$CRM_STORE/mirror.git" cat-file --batch-all-objects --batch | grep -ac 'sealed later')" 0
git -C clone pull -q --ff-only

# Erasing destroys the key: the clone's files stay shut for ever.
ok 'erase' "crm-rm -q --erase $P --receipt receipt"
is 'nothing is left in any file' "$(canaries)" ''
ok 'the receipt agrees' 'crm verify -q --erased receipt'
ok 'history goes on from where it was' "git -C clone pull -q --ff-only && git -C clone fsck --strict"
git -C clone show "HEAD~1:$path" >f 2>/dev/null || git -C clone show "$(git -C clone log -1 --format=%h --diff-filter=AM -- "$path"):$path" >f
same 'textconv says so' 'crm-history textconv f' <<'END'
(erased)
END
open=0
for c in $(git -C clone rev-list HEAD); do
	git -C clone ls-tree -r --name-only "$c" | grep sealed
done | sort -u >paths
git -C clone cat-file --batch-all-objects --batch-check='%(objecttype) %(objectname)' | awk '/^blob/ { print $2 }' >blobs
while read -r b; do
	git -C clone cat-file blob "$b" >f
	crm-history textconv f 2>/dev/null
done <blobs >opened
is 'no version of what named the person opens' "$(grep -cE "canary(0[1-9]|1[0-8]|2[0-2]|27|31|33|34|35|4[0-9])" opened)" 0
ok 'others do' 'grep -q "\"name\": \"Other\"" opened'
ok 'the store comes back without the person' 'crm -s new4 restore -q --from-git "$CRM_STORE/mirror.git"'
is 'as it is' "$(crm -s new4 status --digest | grep digest)" "$(crm status --digest | grep digest)"

# Damage and strangers.
ok 'a plain file passes textconv' 'echo "{}" >f && crm-history textconv f'
crm -s other init -q --history=sealed && { seq 2 | sed "s/.*/{\"type\":\"contact\",\"name\":\"N&\"}/"; echo "{\"type\":\"contact\",\"id\":\"x\",\"name\":\"X\"}"; } | crm-add -s other -q
git -C other/mirror.git show "main:$(crm-history -s other mirror -q x)" >sealed
fails_with 4 "another store's keys open nothing" 'crm-history textconv sealed'
printf 'CRMSEAL1\377' >f
fails_with 4 'a broken file' 'crm-history textconv f'
head -c 60 sealed >f
fails_with 4 'a cut one' 'crm-history -s other textconv f'
(head -c 80 sealed; printf x; tail -c +82 sealed) >f
fails_with 4 'a changed one' 'crm-history -s other textconv f'
crm config history plain >/dev/null 2>&1
fails_with 4 'plain beside sealed' 'crm-history mirror'
err_has 'is refused' 'is sealed, a readable one is wished: move it away'
done_testing
