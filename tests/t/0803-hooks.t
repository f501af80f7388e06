#!/bin/bash
# Hooks: asked before, told after, nothing of the store in their hands.
. "${0%/*}/../lib.sh"

crm init >/dev/null
hooks=$CRM_STORE/hooks
mkdir "$hooks"
hook() {
	printf '#!/bin/sh\n%s\n' "$2" >"$hooks/$1"
	chmod 755 "$hooks/$1"
}
log=$scratch/heard
export HEARD=$log

hook post-commit 'echo "$CRM_CAUSE $CRM_ACTOR $CRM_REV $CRM_STORE" >>"$HEARD"; cat >>"$HEARD"'
ok 'a sink with a hook' 'crm-add -q contact id=a name=A'
is 'what it heard' "$(cat "$log")" "add tester 1 $CRM_STORE
{\"id\":\"a\",\"type\":\"contact\",\"rev\":1,\"name\":\"A\",\"created\":\"2026-11-21T12:00:00Z\",\"updated\":\"2026-11-21T12:00:00Z\",\"_op\":\"add\"}"
: >"$log"
crm-edit -q a name=A
is 'nothing changed, nothing heard' "$(cat "$log")" ''
crm-edit -q a title=CEO
crm-rm -q a
crm-history undo last -q
echo '{"type":"contact","id":"i","_src":{"file":"x.csv","line":2}}' | crm-add -q
is 'causes' "$(grep -v '^{' "$log" | cut -d ' ' -f 1 | tr '\n' ' ')" 'edit rm undo import '
is 'operations' "$(grep -o '"_op":"[a-z]*"' "$log" | tr '\n' ' ')" '"_op":"edit" "_op":"rm" "_op":"undo" "_op":"add" '
: >"$log"
crm-add -q --no-hooks contact id=quiet name=Q
crm-edit -n a title=X >/dev/null
is '--no-hooks and -n' "$(cat "$log")" ''
hook post-commit 'exit 9'
ok 'a failing post-commit is a warning' 'crm-edit -q a title=Y'
err_has 'that says what is stored' 'post-commit hook failed .exit status 9.; what it heard of is stored'
rm "$hooks/post-commit"

hook pre-commit 'ls /proc/self/fd | tr "\n" " " >"$HEARD"; if grep -q forbidden; then echo no; exit 5; fi'
: >"$log"
ok 'pre-commit agrees' 'crm-add -q contact id=b name=B'
is 'and has no descriptor but its own' "$(cat "$log")" '0 1 2 3 '
printf '{"type":"contact","id":"x","name":"forbidden"}\n{"type":"contact","id":"y","name":"fine"}\n' >in
fails_with 3 'pre-commit refuses the batch' 'crm-add --reject bad in --summary=json'
err_has 'with its place' '^crm-add: in:1: refused by the store.s pre-commit hook .exit status 5.'
err_has 'nothing was created' '"created":0,.*"rejected":2'
is 'nothing of it is stored or echoed' "$out$(crm-find contact id:x,y --count)" 0
cmp -s in bad
verdict $? 'its lines are kept'
fails_with 4 'with --atomic' 'crm-add --atomic in'
fails_with 3 'an edit, too' 'crm-edit b name=forbidden'
is 'stays' "$(crm-find contact id:b -f name)" '{"name":"B"}'
ok 'a hook that reads nothing' "printf '#!/bin/sh\nexit 0\n' >'$hooks/pre-commit'; crm-add -q in"

# Every cause; hooks may read the store, those of after may write it.
hook pre-commit 'crm-find contact --count >/dev/null || exit 9'
hook post-commit 'echo "$CRM_CAUSE" >>"$HEARD"; grep -o "\"_op\":\"[a-z]*\"" >>"$HEARD.ops"
if [ "$CRM_CAUSE" = add ]; then crm-add -q --no-hooks activity kind=note subject=hooked; fi'
: >"$log"
crm-add -q contact id=p name=P email=p@x.example
is 'post-commit wrote' "$(crm-find activity subject:hooked --count)" 1
crm-add -q --no-hooks contact id=q name=Q
crm-edit -q p title=x
crm-rm -q q
crm-history undo last -q
printf 'Email,Name\nl@x.example,L\n' | crm-import -q -p csv -t lead | crm-add -q
crm-convert -q --no-deal "$(crm-find lead -F ids)"
echo '{"keep":"p","merge":["q"]}' | crm-merge -q
crm-merge -q --undo "$(crm-history log -l 1 -F values -f txn)"
crm-edit -q p title=y --now 2026-11-21T13:00:00Z
crm-history restore -q p --at 2026-11-21T12:30:00Z --now 2026-11-21T13:00:00Z
crm init -q -s "$scratch/two"
crm-add -q -s "$scratch/two" contact id=zz name=Z
crm-history -s "$scratch/two" feed --since 0 | crm-history apply -q
crm-rm -q --erase zz
is 'every cause is said' "$(tr '\n' ' ' <"$log")" 'add edit rm undo import convert merge undo edit restore apply erase '
is 'and done' "$(sort -u "$log.ops" | tr '\n' ' ')" '"_op":"add" "_op":"edit" "_op":"erase" "_op":"merge" "_op":"rm" "_op":"undo" '
hook pre-commit 'exit 3'
fails_with 3 'pre-commit may refuse an erasure' 'crm-rm --erase p'
is 'nobody is erased then' "$(crm-find contact id=p --count)" 1
rm "$hooks/post-commit"

# Off: not executable, writable by others, no regular file.
hook pre-commit 'exit 1'
fails_with 3 'on' 'crm-edit b name=C'
chmod 644 "$hooks/pre-commit"
ok 'off: not executable' 'crm-edit -q b name=C'
chmod 777 "$hooks/pre-commit"
ok 'off: others may write it' 'crm-edit -q b name=D'
if [ "$(id -u)" = 0 ]; then
	hook pre-commit 'exit 1'
	chown 12345 "$hooks/pre-commit"
	ok "off: not the store's owner's" 'crm-edit -q b name=F'
fi
rm "$hooks/pre-commit"
mkdir "$hooks/pre-commit"
ok 'off: a directory' 'crm-edit -q b name=E'
done_testing
