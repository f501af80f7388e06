#!/bin/bash
# crm-rm: what others point to is safe unless told.
. "${0%/*}/../lib.sh"
crm init -q
crm-add -q <<'END'
{"type":"account","id":"a1","name":"Acme"}
{"type":"contact","id":"c1","account":"a1"}
{"type":"contact","id":"c2"}
{"type":"deal","id":"d1","account":"a1","contacts":["c1","c2"],"stage":"new"}
{"type":"activity","id":"t1","kind":"note","contact":"c1","deal":"d1"}
END
fails_with 3 'others point to it' 'crm-rm a1'
err_has 'they are named' "2 records point to 'a1': contact c1, deal d1"
is 'it stays' "$(crm-find --count any)" 5
ok 'unlink' 'crm-rm --unlink c1'
out_has 'lists lose the id' '"id":"d1".*"contacts":\["c2"\]'
out_has 'single references go' '^\{"id":"t1","type":"activity","rev":2,"kind":"note","deal":"d1"'
out_has 'the record is deleted' '^\{"id":"c1","type":"contact","rev":2,"_deleted":true\}$'
same 'cascade' 'crm-rm --cascade a1 | grep -o "\"id\":\"[a-z0-9]*\".*_deleted" | cut -d\" -f4' <<'END'
t1
d1
a1
END
same 'what is left' 'crm-find any -F ids' <<'END'
c2
END
fails_with 3 'a deleted one is not there' 'crm-rm c1'
fails_with 2 'stdin only when asked' 'crm-rm </dev/null'
crm-add -q contact id=x1; crm-add -q contact id=x2
ok 'from stdin' 'crm-find contact id:x1,x2 | crm-rm - -q'
is 'gone' "$(crm-find --count id:x1,x2)" 0
fails_with 4 'expect' 'echo c2 | crm-rm - --expect 2'
is 'not met: kept' "$(crm-find --count id:c2)" 1
ok '--expect 0: nothing named, nothing done' 'crm-rm --expect 0 - </dev/null'
ok 'somebody' 'crm-add -q contact id=nobody0 name=N'
fails_with 4 'and nothing done where one is named' 'crm-rm --expect 0 nobody0'
ok 'who is still there' 'crm-find contact id:nobody0 -q'
done_testing
