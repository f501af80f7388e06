#!/bin/bash
# crm-history mirror: an ordinary git user can read the store's history.
. "${0%/*}/../lib.sh"
need git
[ -x "$BUILD/libexec/crm/crm-git" ] || skip_all "built without the git mirror"
git=(git -C "$CRM_STORE/mirror.git")
export GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
crm init -q timezone=Europe/Athens
crm-add -q -m 'fair in Athens' <<'END'
{"type":"account","id":"acme","name":"Acme"}
{"type":"contact","id":"maria","name":"Maria","emails":["maria@acme.gr"],"account":"acme"}
{"type":"contact","id":"nick","name":"Nick"}
END
crm-edit -q maria title=CEO
ok 'a first mirror' 'crm-history mirror'
err_has 'says what it did' 'records: 4, commits: 2; at revision 2'
ok 'git finds no fault' "${git[*]} fsck --full --strict"
same 'a commit says who, why and which revision' "${git[*]} log -1 --skip=1 --format='%an <%ae>%n%cn%n%ad%n%B' --date=iso" <<'END'
tester <tester@localhost>
crm
2026-11-21 12:00:00 +0000
crm-add: 3 records

Crm-Seq: 1
Crm-Rev: 1
Crm-Txn: 1
Crm-Actor: tester
Crm-Why: fair in Athens
Crm-Source: -

END
path=$(crm-history mirror -q maria)
is 'a path is four digits of the hash of the id' "$path" \
	"$(printf maria | sha256sum | sed 's,\(.\)\(.\)\(.\)\(.\).*,\1/\2/\3/\4/maria.json,')"
same 'a record is one field a line' "${git[*]} show main:$path" <<'END'
{
  "id": "maria",
  "type": "contact",
  "rev": 2,
  "name": "Maria",
  "emails": ["maria@acme.gr"],
  "account": "acme",
  "title": "CEO",
  "created": "2026-11-21T12:00:00Z",
  "updated": "2026-11-21T12:00:00Z",
  "_no": "17-1"
}
END
same 'a difference is what changed' "${git[*]} diff main~1 main -- $path | grep '^[-+] '" <<'END'
-  "rev": 1,
+  "rev": 2,
+  "title": "CEO",
END
is 'blame names the commit of a field' "$("${git[@]}" blame main -- "$path" | grep CEO | cut -c 1-8)" \
	"$("${git[@]}" rev-parse main | cut -c 1-8)"
ok 'nothing new, nothing written' 'crm-history mirror'
err_has 'and says so' 'nothing new: at revision 2'
is 'no commit' "$("${git[@]}" rev-list --count main)" 2

crm-rm -q nick
crm-edit -q acme name='Acme SA'
ok 'a dry run' 'crm-history mirror -n'
err_has 'says how far it is behind' 'the store is at revision 4, the mirror at 2'
is 'and writes nothing' "$("${git[@]}" rev-list --count main)" 2
crm config country GR
ok 'it follows' 'crm-history mirror -q'
err_empty 'quietly'
is 'a deleted record goes' "$("${git[@]}" ls-tree -r --name-only main | grep -c nick.json)" 0
is 'its past stays' "$("${git[@]}" log --format=%s -- '*/nick.json')" "$(printf 'crm-rm: removed nick\ncrm-add: 3 records')"
is 'settings are there' "$("${git[@]}" show main:store/setting.country.txt)" GR
is 'the sequence has no gap' "$("${git[@]}" log --reverse --format='%(trailers:key=Crm-Seq,valueonly,separator=)' | tr '\n' ' ')" \
	"$(seq -s ' ' "$("${git[@]}" rev-list --count main)") "
ok 'a clone works' "git clone -q $CRM_STORE/mirror.git clone && git -C clone fsck --strict"
is 'with the files' "$(find clone -name '*.json' | sort | sed 's,.*/,,' | tr '\n' ' ')" 'acme.json maria.json '

# What is merged stays, with a pointer.
crm-add -q <<'END'
{"type":"contact","id":"m2","name":"Maria P"}
END
echo '{"keep":"maria","merge":["m2"]}' | crm-merge -q
crm-history mirror -q
is 'a merged record names the survivor' "$("${git[@]}" grep -h '"_into"' main)" '  "_into": "maria",'

# What an undo is, and times that git has none of.
crm-history undo -q last
is 'an undo is called one' "$(crm-history mirror -q; "${git[@]}" log -1 --format=%s | grep -o '^crm-history undo')" 'crm-history undo'
ok 'before 1970' "crm -s old init -q && crm-add -s old -q --now 1955-05-05T00:00:00Z contact id=o name=Old && crm-history -s old mirror -q && git -C old/mirror.git fsck --strict"
is 'the time is in a trailer' "$(git -C old/mirror.git log --format='%ad%(trailers:key=Crm-At,valueonly,separator=%x20)' --date=unix)" '01955-05-05T00:00:00Z'
ok 'and far off' "crm-edit -s old -q --now 2190-01-01T00:00:00Z o title=x && crm-history -s old mirror -q && git -C old/mirror.git fsck --strict"
is 'is a time of git' "$(git -C old/mirror.git log -1 --format=%as)" 2190-01-01

# The same store gives the same commits; nobody's configuration counts.
cp -r "$CRM_STORE" other && rm -rf other/mirror.git
git config --global user.name Somebody && git config --global core.compression 9
ok 'from the beginning again' 'crm-history -s other mirror -q'
is 'the same records' "$(git -C other/mirror.git rev-parse 'main^{tree}')" "$("${git[@]}" rev-parse 'main^{tree}')"
is 'and the same first commit' "$(git -C other/mirror.git rev-list --max-parents=0 main)" "$("${git[@]}" rev-list --max-parents=0 main)"

# Leftovers of a killed syncer.
crm-edit -q maria title=CTO
touch "$CRM_STORE/mirror.git/refs/heads/main.lock" "$CRM_STORE/mirror.git/objects/pack/crm_tmp_pack"
ok 'stale locks do not matter' 'crm-history mirror -q'
is 'and are gone' "$(find "$CRM_STORE/mirror.git" -name '*.lock' -o -name 'crm_tmp*')" ''
ok 'after git gc, too' "${git[*]} gc -q --prune=now && crm-edit -q maria title=CFO && crm-history mirror -q && ${git[*]} fsck --full --strict"

# Starting libgit2 takes longer than a commit: only what git alone can read needs
# the program that has it.
mkdir -p light/bin light/libexec/crm && cp "$BUILD/bin/crm-history" light/bin && cp "$BUILD/libexec/crm/crm-git" light/libexec/crm
ok 'a change needs no libgit2, even in packs of git' "crm-edit -q maria title=CMO && light/bin/crm-history mirror -q"
ok 'all the history in one pack of git' "${git[*]} repack -q -a -d -f && crm-edit -q maria title=CFO && light/bin/crm-history mirror -q"
ok 'a branch that git has packed' "${git[*]} pack-refs --all && crm-edit -q maria phones=+30211111111"
fails_with 4 'needs it' 'light/bin/crm-history mirror -q'
err_has 'and says so' 'has no git mirror .libexec/crm/crm-git2.'
ok 'with it the branch moves' "crm-history mirror -q && crm-edit -q maria phones= && light/bin/crm-history mirror -q"
is 'the newest is there' "$("${git[@]}" show "main:$path" | grep title)" '  "title": "CFO",'

# Not ours, not now.
mkdir -p plain && cp -r "$CRM_STORE" older
crm-edit -q maria title=COO && crm-history mirror -q
rm -rf older/mirror.git && cp -r "$CRM_STORE/mirror.git" older/
fails_with 4 'an older store' 'crm-history -s older mirror'
err_has 'says that' 'the mirror is at revision'
crm -s new init -q && rm -rf new/mirror.git && cp -r "$CRM_STORE/mirror.git" new/
fails_with 4 'the mirror of another store' 'crm-history -s new mirror'
fails_with 3 'a path of nothing' 'crm-history mirror nobody'
crm config history off
fails_with 4 'a store that wants none' 'crm-history mirror'
done_testing
