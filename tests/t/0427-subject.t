#!/bin/bash
# crm-export --subject: everything about one person, as lines and as text.
. "${0%/*}/../lib.sh"
. "$src/tests/person.sh"
need jq

crm init -q
fill | crm-add -q
live
ok 'as lines' "crm-export --subject $P >lines"
is 'every canary that was ever there' "$(grep -oihE 'canary[0-9]+' lines | tr A-Z a-z | sort -u | wc -l)" 50
same 'the person, what was merged into it, the lead; then what points there' \
	"jq -r 'select(.type)|.type' lines | uniq -c | awk '{print \$1, \$2}'" <<'END'
3 contact
1 lead
1 deal
1 ticket
1 purchase
4 activity
1 consent
1 survey
1 points
1 member
1 list
1 link
END
is 'what is not there any more is marked' "$(jq -r 'select(._deleted or ._merged).id' lines | sort | tr '\n' ' ' | sed 's/01M[^ ]*/NEW/')" "$L NEW a3 "
same 'every change, with who, why, and from where' \
	"jq -c 'select(._history==\"$P\")|[.actor,.program,.why,.source,.line]' lines | head -n 2" <<'END'
["tester","crm-add",null,"-",1]
["tester","crm-edit","why canary41",null,null]
END
is 'field by field' "$(jq -c "select(._history==\"$P\" and .why)|.changes[]|select(.field==\"title\")" lines)" '{"field":"title","before":"Canary06","after":"canary40"}'
is 'what is attached, too' "$(jq -rj 'select(._file).base64|@base64d' lines | sort | tr '\n' ' ')" 'canary44 of both '
ok 'as text' "crm-export --subject email:canary04@x.example -F card >text"
is 'the same canaries' "$(grep -oihE 'canary[0-9]+' text | tr A-Z a-z | sort -u | wc -l)" 50
is 'in sections' "$(grep -c '^== ' text)" 4
is 'with the paths of files' "$(grep "^$CRM_STORE/files/" text | xargs cat | sort | tr '\n' ' ')" 'canary44 of both '
ok 'as markdown' "crm-export --subject $P -F markdown | grep -q '^## Every change'"
is 'nobody else is in it' "$(grep -c '"id":"other"' lines)" 0
fails_with 3 'nobody of that name' 'crm-export --subject nobody'
done_testing
