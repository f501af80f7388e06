#!/bin/bash
# crm-history: log, show, diff, blame, restore; --as-of on the other programs.
. "${0%/*}/../lib.sh"

crm init >/dev/null
cat >in.jsonl <<'DATA'
{"type":"account","id":"acme","name":"Acme"}
{"type":"contact","id":"maria","name":"Maria","account":"acme","emails":["m@acme.gr"],"address":{"city":"Athens"}}
{"type":"contact","id":"petros","name":"Petros","account":"acme"}
DATA
crm-add -q --now 2026-01-01T10:00:00Z -m 'first import' in.jsonl
crm-edit -q --now 2026-02-01T10:00:00Z maria title=CEO address.city=Patras
crm-rm -q --now 2026-03-01T10:00:00Z --actor bob -m bye maria

same 'log: newest first' 'crm-history log' <<'EOF2'
{"txn":3,"rev":3,"at":"2026-03-01T10:00:00Z","actor":"bob","program":"crm-rm","why":"bye","changes":1}
{"txn":2,"rev":2,"at":"2026-02-01T10:00:00Z","actor":"tester","program":"crm-edit","changes":1}
{"txn":1,"rev":1,"at":"2026-01-01T10:00:00Z","actor":"tester","program":"crm-add","why":"first import","changes":3,"source":"in.jsonl"}
EOF2
same 'log -l' 'crm-history log -l 1 -f txn' <<'EOF2'
{"txn":3}
EOF2
same 'log as of a time' 'crm-history log --as-of 2026-02-01 -f txn' <<'EOF2'
{"txn":2}
{"txn":1}
EOF2
same 'log of a deleted record, with its source line' 'crm-history log maria -f rev,line' <<'EOF2'
{"rev":3}
{"rev":2}
{"rev":1,"line":2}
EOF2
same 'show: a date is the end of that day' 'crm-history show maria --at 2026-02-01 -f rev,title' <<'EOF2'
{"rev":2,"title":"CEO"}
EOF2
same 'show: the day before' 'crm-history show maria --at 2026-01-31 -f rev,address.city' <<'EOF2'
{"rev":1,"address.city":"Athens"}
EOF2
same 'show: a time of that day' 'crm-history show maria --at 2026-02-01T09:59:59Z -f rev' <<'EOF2'
{"rev":1}
EOF2
same 'show: at a revision, by a key' 'crm-history show email:m@acme.gr --at 2 -f rev' <<'EOF2'
{"rev":2}
EOF2
fails_with 3 'show: what is deleted' 'crm-history show maria'
fails_with 3 'show: what was not there yet' 'crm-history show maria --at 2025-12-31'
fails_with 2 'show: no time' 'crm-history show maria --at noon-ish'
same 'diff: field by field, objects entered' 'crm-history diff maria 1 2' <<'EOF2'
{"field":"address.city","before":"Athens","after":"Patras"}
{"field":"title","after":"CEO"}
EOF2
same 'diff: back in time' 'crm-history diff maria 2 1' <<'EOF2'
{"field":"title","before":"CEO"}
{"field":"address.city","before":"Patras","after":"Athens"}
EOF2
same 'diff: by times' 'crm-history diff maria 2026-01-15 2026-02-15 | wc -l' <<'EOF2'
2
EOF2
same 'blame' 'crm-history blame maria' <<'EOF2'
{"field":"name","value":"Maria","since":"2026-01-01T10:00:00Z","txn":1,"source":"in.jsonl","line":2}
{"field":"emails","value":["m@acme.gr"],"since":"2026-01-01T10:00:00Z","txn":1,"source":"in.jsonl","line":2}
{"field":"account","value":"acme","since":"2026-01-01T10:00:00Z","txn":1,"source":"in.jsonl","line":2}
{"field":"title","value":"CEO","since":"2026-02-01T10:00:00Z","txn":2}
{"field":"address.city","value":"Patras","since":"2026-02-01T10:00:00Z","txn":2}
EOF2
fails_with 3 'blame: no such record' 'crm-history blame nobody'
fails_with 2 'no verb' 'crm-history'
fails_with 2 'an unknown verb' 'crm-history lag'

# What the other programs print of that time.
is 'crm-find --as-of sees the deleted' "$(crm-find contact --as-of 2026-02-15 -F ids | tr '\n' ' ')" 'maria petros '
is 'and its fields of then' "$(crm-find city:Athens --as-of 2026-01-15 -F ids)" maria
is 'and not those of later' "$(crm-find city:Athens --as-of 2026-02-15 -F ids)" ''
is 'through references' "$(crm-find account --as-of 2026-02-15 contact.title:CEO -F ids)" acme
is 'crm-find --count --as-of' "$(crm-find --count contact --as-of 2025-12-31)" 0
is 'crm-view --as-of' "$(crm-view maria --as-of 2026-02-15 -F jsonl | grep -c Patras)" 1
crm-export -a --as-of 2026-02-15 -t contact -F jsonl -f id,title >exported
is 'crm-export --as-of' "$(head -n 1 exported)" '{"id":"maria","title":"CEO"}'
is 'crm-report --as-of' "$(crm-report -t contact --count --as-of 2026-02-15 -F jsonl)" '{"count":2}'
is 'and now' "$(crm-report -t contact --count -F jsonl)" '{"count":1}'

# Restoring.
same 'restore: a deleted record lives again' \
	'crm-history restore maria --at 2026-01-15 -m oops -f 2>/dev/null; crm-history restore maria --at 2026-01-15 -m oops' <<'EOF2'
{"id":"maria","type":"contact","rev":4,"name":"Maria","emails":["m@acme.gr"],"account":"acme","address":{"city":"Athens"},"created":"2026-01-01T10:00:00Z","updated":"2026-01-01T10:00:00Z"}
EOF2
is 'and is found by its keys' "$(crm-find email:m@acme.gr -F ids)" maria
ok 'restore: one field, nested' 'crm-history restore -q maria --at 2 -f address.city'
is 'only that' "$(crm-find contact id:maria -f address.city,title)" '{"address.city":"Patras"}'
ok 'restore: a field that was not there goes' \
	'crm-edit -q maria title=CFO; crm-history restore -q maria --at 1 -f title'
is 'gone' "$(crm-find contact id:maria title:any --count)" 0
same 'restore: what it is already' 'crm-history restore maria --at 7 -v | grep -o "_op.*"' <<'EOF2'
_op":"unchanged"}
EOF2
fails_with 3 'restore: what was not there' 'crm-history restore maria --at 2020-01-01'
fails_with 2 'restore: no time' 'crm-history restore maria'
ok 'restore: a leaf by its name alone' 'crm-edit -q maria address.city=Volos && crm-history restore -q maria --at 1 -f city'
is 'is that field' "$(crm-find contact id:maria -f address.city)" '{"address.city":"Athens"}'
for f in nosuch .city address. emails.0 address.city,,title ''; do
	fails_with 2 "restore -f '$f'" "crm-history restore maria --at 1 -f '$f'"
done
crm-edit -q maria ext.x=1
crm-edit -q maria ext.x=2
crm-add -q contact id=heir ext.x=1
t=$(($(crm-history log -l 1 -f rev -F values) - 2))
for f in '' '-f ext.x'; do
	fails_with 3 "restore $f: a key that another one has" "crm-history restore maria --at $t $f"
	err_has 'both are named' "'maria' is left: 'ext': taken by record 'heir'"
done
crm-rm -q heir
before=$(crm status --digest 2>/dev/null)
ok 'restore -n' 'crm-history restore maria --at 2 -n'
is 'stores nothing' "$(crm status --digest 2>/dev/null)" "$before"

# A run that reads several files: the log names the first one of them.
cat >more1.jsonl <<'DATA'
{"type":"contact","id":"more1","name":"M"}
DATA
sed 's/more1/more2/' more1.jsonl >more2.jsonl
crm-add -q more1.jsonl more2.jsonl
is 'log: a run that read several files' "$(crm-history log -l 1 -f changes,source)" '{"changes":2,"source":"more1.jsonl ..."}'
is 'each record has its own' "$(crm-history blame more2 -f source,line)" '{"source":"more2.jsonl","line":1}'
crm-history undo -q last
done_testing
