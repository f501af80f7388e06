#!/bin/bash
# crm-edit: assignments, references, patches, conditions.
. "${0%/*}/../lib.sh"
crm init -q
crm-add -q contact id=c-000001 name=Maria email=a@x.gr tags+=vip
crm-add -q deal id=d-000001 name=Big amount=100 currency=EUR stage=new close_date=2026-01-31
crm-add -q list id=l1 name=spring

ok 'by key, several fields' 'crm-edit email:a@x.gr title=CEO phone+=+302101234567 tags-=vip'
out_has 'changed' '"phones":\["\+302101234567"\],"title":"CEO"'
out_has 'an emptied list is absent' '^[^t]*"type"'
is 'no tags left' "$(crm-find --count id:c-000001 tags:none)" 1
ok 'by the end of the id' 'crm-edit 0001 -t deal amount+=0.50 close_date+=1mo stage=won'
out_has 'money added exactly, month clamped' '"amount":"100.50".*"close_date":"2026-02-28"'
out_has 'won closes the deal' '"closed":"2026-11-21T12:00:00Z"'
out_has 'two stages in the history' '"stages":\[\{"stage":"new".*\},\{"stage":"won","at":"2026-11-21T12:00:00Z","by":"tester"\}\]'
ok 'leaving won' 'crm-edit d-000001 stage=proposal'
is 'clears it' "$(grep -c closed <<<"$out")" 0
same 'nothing to change is unchanged, with its rev' 'crm-edit c-000001 title=CEO -v | jq -c "[.rev,._op]"' <<'END'
[4,"unchanged"]
END
ok 'clear a field' 'crm-edit c-000001 title='
is 'it is gone' "$(grep -c title <<<"$out")" 0
ok 'JSON' "crm-edit c-000001 'labels:={\"a@x.gr\":\"work\"}' age:=41"
out_has 'stored' '"labels":\{"a@x.gr":"work"\}.*"age":41'
fails_with 3 'a list with two values by its singular' 'crm-edit c-000001 email+=b@x.gr -q; crm-edit c-000001 email=c@x.gr'
err_has 'says what to do' "'emails': has several values"
fails_with 3 'no such record' 'crm-edit nosuch name=x'
err_has 'named' "no such record: 'nosuch'"
fails_with 2 'nothing to change' 'crm-edit c-000001'
same 'references on stdin, JSON and plain' 'printf "d-000001\n{\"id\":\"c-000001\"}\n" | crm-edit owner=maria | jq -r .id' <<'END'
d-000001
c-000001
END
same 'find, edit in bulk' 'crm-find owner:maria | crm-edit owner=nikos | jq -r .owner | sort | uniq -c | xargs' <<'END'
2 nikos
END
same 'patch' 'echo "{\"id\":\"c-000001\",\"name\":\"Mary\",\"labels\":null}" | crm-edit --patch | jq -c "[.name,.labels]"' <<'END'
["Mary",null]
END
rev=$(crm-find id:c-000001 -F values -f rev)
ok 'if-rev of the line' "crm-find id:c-000001 | crm-edit --if-rev gender=f -q"
fails_with 3 'a changed record' "crm-edit c-000001 --if-rev=$rev gender=x"
err_has 'is a conflict' 'was changed meanwhile'
ok 'membership from the member' 'crm-edit c-000001 list+=spring -q'
is 'the list has it' "$(crm-find list id:l1 -F values -f members)" c-000001
ok 'and out' 'crm-edit c-000001 list-=spring -q'
is 'gone' "$(crm-find --count list members:any)" 0
fails_with 4 'expect' 'crm-find any owner:nikos | crm-edit --expect 3 owner=x -q'
is 'nothing changed' "$(crm-find --count any owner:nikos)" 2
ok 'from a file' 'printf "two\nlines\n" >n; crm-edit c-000001 notes@=n'
out_has 'without the last newline' '"notes":"two\\nlines"'

# what looks like a slip is stored, and said
ok 'a stage that is none' 'crm-add -q -t deal id=slip name=x stage=wno'
err_has 'is pointed out' "warning: 'stage': no such stage: 'wno'; did you mean 'won'"
ok 'a field that is none' 'crm-edit -q slip amuont=4'
err_has 'is pointed out' "no field 'amuont' in deal; did you mean 'amount'"
ok 'it is a field once a record has it' 'crm-edit -q slip amuont=5'
err_empty 'and no slip'
ok 'a field of one'\''s own is none either' 'crm-edit -q slip shoe_size=44'
err_empty 'nothing is near it'
fails_with 3 'an enumeration is kept to' 'crm-add -q ticket subject=x status=foo'
err_has 'and said' 'known are new, open, pending, hold, solved, closed'
ok 'a record to keep' "crm-add -q contact id=keep1 name=Keep"
fails_with 3 'a record keeps its id' 'crm-edit keep1 id=other1'
err_has 'the field is named' "crm-edit: 'id': 'keep1' keeps its id"
fails_with 3 'and its type' 'crm-edit keep1 type=lead'
err_has 'the field is named, too' "crm-edit: 'type': 'keep1' keeps its type"
ok 'a store in another zone' 'crm -s zoned init -q timezone=Europe/Athens'
same 'what names days is kept as one, what names a moment as that' 'for v in today tomorrow +3d 2026-12-24 2026-11 now +2h 2026-11-21T10:00; do crm-add -s zoned activity kind=task due=$v -F values -f due; done; crm-find -s zoned activity is:overdue -F ids | wc -l' <<E
2026-11-21
2026-11-22
2026-11-24
2026-12-24
2026-11-01
2026-11-21T12:00:00Z
2026-11-21T14:00:00Z
2026-11-21T08:00:00Z
2
E
same 'days and months are those of the zone' 'crm-add -s zoned -q activity id=m1 at:=\"2026-01-30T22:00:00Z\"; for s in 1mo 1mo 2h; do crm-edit -s zoned m1 at+=$s -F values -f at; done' <<E
2026-02-27T22:00:00Z
2026-03-27T22:00:00Z
2026-03-28T00:00:00Z
E
same 'over the change of the clocks, too' 'crm-edit -s zoned m1 at:=\"2026-03-28T22:00:00Z\" at+=1d -F values -f at' <<E
2026-03-29T21:00:00Z
E
ok 'an edit' 'crm-edit -s zoned -q m1 title=a --now 2026-11-22T10:00:00Z'
same 'a clock that goes back changes no time' 'crm-edit -s zoned m1 title=b --now 2020-01-01 -F values -f updated' <<E
2026-11-22T10:00:00Z
E
same 'a list ends with the day it expires on' 'for d in 2026-11-20 2026-11-21 tomorrow; do crm-add -s zoned -q list name=l$d members:=[\"m1\"] expires=$d; crm-find -s zoned @l$d --count; done' <<E
0
1
1
E
done_testing
