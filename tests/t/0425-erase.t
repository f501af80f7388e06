#!/bin/bash
# crm-rm --erase: nothing of a person is left in the store's files.
. "${0%/*}/../lib.sh"
crm init -q
crm-add -q <<'END'
{"type":"contact","id":"p1","name":"Canaryone Person","emails":["canaryone@x.example"],"notes":"canaryone note"}
{"type":"contact","id":"p2","name":"Other"}
{"type":"purchase","id":"b1","contact":"p1","amount":"12.50","currency":"EUR"}
{"type":"deal","id":"d1","contacts":["p1","p2"],"name":"D"}
END
crm-edit -q p1 title=Canaryone -m 'why canaryone'
crm-edit -q p1 notes=
ok 'it is there' 'grep -qai canaryone "$CRM_STORE/data.mdb"'
ok 'erase' 'crm-rm --erase p1 --receipt receipt'
out_has 'it is echoed as deleted' '^\{"id":"p1","type":"contact","rev":[0-9]+,"_deleted":true\}$'
is 'nothing is left in any file' "$(grep -rlai canaryone "$CRM_STORE")" ''
is 'nor in the journal' "$(crm-history log | grep -ci canary)$(crm-history feed --since 0 | grep -ci canary)" 00
is 'amounts stay, without the person' "$(crm-find purchase -F values -f amount,contact)" "$(printf '12.50\t')"
is 'lists lose the id' "$(crm-find deal -F values -f contacts)" p2
same 'the receipt names the kind, not the values' 'cat receipt' <<'END'
{"id":"p1","type":"contact","at":"2026-11-21T12:00:00Z","by":"tester"}
END
ok 'it can be checked' 'crm verify -q --erased receipt'
echo '{"id":"p2"}' >wrong
fails_with 4 'a receipt that is not true' 'crm verify --erased wrong'
ok 'the store is sound' 'crm verify -q'
fails_with 3 'an erased record does not come back' 'crm-history restore p1 --at 2026-11-21'
fails_with 2 'from stdin only with a number' 'echo p2 | crm-rm --erase -'
ok 'with it' 'echo p2 | crm-rm --erase - --expect 1 -q'
is 'gone' "$(crm-find --count contact)" 0
fails_with 2 'a receipt without erasing' 'crm-rm d1 --receipt r'
done_testing
