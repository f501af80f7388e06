#!/bin/bash
# crm: a store made, described, configured, checked, backed up and rebuilt.
. "${0%/*}/../lib.sh"

fails_with 4 'without a store nothing is made' 'crm status'
err_has 'and the message says what to do' "no store at '.*': make one with 'crm init'"
fails_with 4 'a source does not make one' 'crm-find contact'
ok 'crm init' 'crm init timezone=Europe/Athens'
ok 'crm init on a sound store is 0' 'crm init'
same 'a setting' 'crm config timezone' <<'EOT'
Europe/Athens
EOT
fails_with 2 'a setting that is none' 'crm config timezon'
err_has 'is suggested' "did you mean 'timezone'"
fails_with 2 'a value that is none' 'crm config timezone Mars/Olympus'
ok 'KEY VALUE sets' 'crm config country GR'
ok 'KEY= clears' 'crm config country='
fails_with 1 'a setting that is not set: no' 'crm config country'
fails_with 2 'a setting that there is not' 'crm config curency EUR'
ok 'one of my own has a dot' 'crm config my.colour blue && crm config my.colour='
fails_with 2 'no eighth day' 'crm config week_start 8'
ok 'weeks from Sunday, years from April' \
	'crm init -q -s ./cal week_start=7 fiscal_month=4'
crm-add -q -s ./cal -t deal id=sun name=a close_date=2026-11-15
crm-add -q -s ./cal -t deal id=mar name=b close_date=2026-03-31
is 'this week has the Sunday before' "$(crm-find -s ./cal deal close_date:this-week -F ids)" sun
is 'the fiscal year has not the March before' "$(crm-find -s ./cal deal close_date:this-fy -F ids)" sun
fails_with 4 'no PostgreSQL driver' 'crm -s postgres://localhost/x status'
err_has 'is said' 'no PostgreSQL driver'
mkdir full && touch full/file
fails_with 4 'init in a directory with other files' 'crm -s full init'

cat >in.jsonl <<'EOT'
{"id":"a1","type":"account","name":"Acme","domain":"acme.example"}
{"id":"c1","type":"contact","name":"Maria Papadaki","emails":["maria@acme.example"],"account":"a1"}
{"id":"c2","type":"contact","name":"Nikos","emails":["nikos@acme.example"]}
EOT
ok 'three records' 'crm-add -q in.jsonl'
ok 'status' 'crm status -F jsonl'
out_has 'status -F jsonl has the promised keys' \
	'^\{"store":".*","uuid":"[0-9a-f-]{36}","rev":1,"records":\{"account":1,"contact":2\},"size":[0-9]+,'
run 'crm status --digest -F jsonl'; before=${out##*digest}
ok 'verify' 'crm verify'
is 'verify prints nothing' "$out" ''
err_has 'verify says so' 'is sound'

# A backup restores to the same bytes, merged records included.
crm-find -F jsonl >dump
ok 'backup' 'crm backup b1'
ok 'restore' 'crm -s second restore b1'
ok 'a backup of the restored store' 'crm -s second backup b2'
ok 'is the same' 'cmp b1 b2'
ok 'the records are the same' 'crm -s second find -F jsonl | cmp - dump'
ok 'the restored store is sound' 'crm -s second verify'
run 'crm -s second status --digest -F jsonl'
is 'equal content, equal digest' "${out##*digest}" "$before"
ok 'settings come along' "[ \"\$(crm -s second config timezone)\" = Europe/Athens ]"
fails_with 4 'restore over records' 'crm -s second restore b1'
head -n 4 b1 >part
fails_with 4 'a backup that is cut off' 'crm -s third restore part'
err_has 'is told' 'cut off'
fails_with 4 'a file that is no backup' 'crm -s fourth restore in.jsonl'
is 'neither leaves anything' "$(ls -d third* fourth* 2>/dev/null)" ''
crm init -q -s waiting && mkdir waiting/hooks && touch waiting/hooks/README
fails_with 4 'cut off, for a store that waits' 'crm -s waiting restore part'
is 'it stays empty' "$(crm -s waiting find --count)" 0
ok 'a whole one takes its place' 'crm -s waiting restore b1 && [ -e waiting/hooks/README ]'
ok 'a binary copy' 'crm backup --binary ./whole && crm -s ./frombin restore ./whole'
is 'is the same store' "$(crm -s ./frombin status --digest -F jsonl | jq -r .digest)" \
	"$(crm status --digest -F jsonl | jq -r .digest)"
mkdir -p other && touch other/file
fails_with 4 'what is no store stays' 'crm -s other restore b1 || { s=$?; [ -e other/file ] && exit $s; }'
ok 'backup through a pipe' 'crm backup - | crm -s fifth restore -'
ok 'a binary backup is a store' 'crm backup --binary copy && crm -s copy verify'

# Old revisions go with compact, not before.
crm-edit -q c1 title=CEO && crm-edit -q c1 title=CFO && crm-rm -q c2
ok 'compact' 'crm compact && crm verify'
ok 'history stays without --keep' "crm status -F jsonl | grep -q '\"horizon\":0'"
ok 'compact --keep 0d' 'crm compact --keep 0d && crm verify'
ok 'history is gone then' "crm status -F jsonl | grep -q '\"horizon\":4'"
ok 'records are not' "crm-find c:x title:CFO contact 2>/dev/null | grep -q c1 || crm-find contact title:CFO | grep -q c1"
ok 'a deleted id can be used again' "echo '{\"id\":\"c2\",\"type\":\"contact\",\"name\":\"Again\"}' | crm-add -q && crm verify"

# Own schemas index what is there already.
cat >own.json <<'EOT'
{"title":"contact","x-crm-number":17,"x-crm-plural":"contacts","type":"object",
 "properties":{"shoe":{"type":"string","x-crm-kind":"code","x-crm-index":true}}}
EOT
echo '{"id":"c3","type":"contact","name":"Zoe","shoe":"39"}' | crm-add -q
ok 'schema add' 'crm schema add own.json'
ok 'schema TYPE shows it' "crm schema contact | grep -q '\"field\":\"shoe\",\"kind\":\"code\",\"index\":true'"
ok 'a new index holds old records' 'crm verify && [ "$(crm-find contact shoe:39 --count)" = 1 ]'
fails_with 2 'an unknown type' 'crm schema contcat'
err_has 'is suggested' "did you mean 'contact'"
echo '{' >bad.json
fails_with 4 'a schema that is none' 'crm schema add bad.json'

ok 'complete field' "crm complete field emai | grep -q '^emails	'"
ok 'complete verb' "crm complete verb stat | grep -q '^status	'"
ok 'complete ref' "crm complete ref c | grep -q '^c1	Maria Papadaki'"
ok 'complete of nothing known is silent' '[ -z "$(crm complete nonsense x 2>&1)" ]'
ok 'help' "crm help | grep -q '^  init '"
ok 'crm VERB runs crm-VERB' '[ "$(crm find contact --count)" = "$(crm-find contact --count)" ]'
ok 'crm alone' 'crm'
out_has 'shows the store' '^revision'
err_has 'and what comes next' 'crm help'
fails_with 2 'an unknown verb' 'crm fnid'
err_has 'is suggested' "did you mean 'find'"
mkdir bin && printf '#!/bin/sh\necho "own $*"\n' >bin/crm-own && chmod +x bin/crm-own
same 'crm-* on PATH is a verb' 'PATH=$PWD/bin:$PATH crm own a b' <<'EOT'
own a b
EOT
ok 'a demo is sound' 'crm -s demo init --demo 200 && crm -s demo verify'
is 'and has as many records' "$(crm -s demo find --count)" 200

# Whose store it is.
ln -s "$CRM_STORE" link
fails_with 4 'a link is not followed' 'crm -s link status'
chmod o+w "$CRM_STORE"
fails_with 4 'a store others can write is refused' 'crm status'
chmod o-w "$CRM_STORE"
if [ "$(id -u)" = 0 ]; then
	chown 12345 "$CRM_STORE"
	fails_with 4 "another user's store is refused" 'crm status'
	err_has 'and said to be' 'another user'
	chown 0 "$CRM_STORE"
else
	echo '# SKIP another owner: not root'
fi
ok 'shared stores' 'crm -s team init --shared && [ "$(stat -c %a team)" = 2770 ] && [ "$(stat -c %a team/data.mdb)" = 660 ]'
is 'a private store is private' "$(stat -c %a "$CRM_STORE" "$CRM_STORE/data.mdb" | tr '\n' ' ')" '700 600 '

# A file system that cannot be written: readers read, writers say why not.
if unshare -rm sh -c 'mount -t tmpfs none /mnt' 2>/dev/null; then
	rm -rf ro && crm -s ro init -q && crm-add -s ro -q contact id=c1 name=x
	cat >ro.sh <<-'E'
		mkdir -p at && mount -t tmpfs -o mode=755 none at && cp -r ro at/s &&
		mount -o remount,ro at && crm-find -s at/s contact -F ids &&
		crm -s at/s verify -q && crm -s at/s backup - >copy.backup &&
		crm-report -s at/s -t contact --count -F csv
		crm-add -s at/s contact name=y
		echo "status $?"
	E
	ok 'a store on a read-only file system' 'unshare -rm sh ro.sh 2>&1'
	is 'is read, and not written' "$out" "c1
count
1
crm-add: 'at/s': cannot open: Read-only file system
status 4
"
fi
ln -s "$CRM_STORE" linked
fails_with 4 'a symbolic link is refused' 'crm-find -s linked'
err_has 'and called so' 'is a symbolic link'
done_testing
