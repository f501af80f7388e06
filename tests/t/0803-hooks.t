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

# What a hook may do with its store, and what it cannot hold up.
hook pre-commit 'crm-find contact --count >"$HEARD"; crm-find contact id=new --count >>"$HEARD"'
ok 'pre-commit reads' 'crm-add -q contact id=new name=N'
is 'the store as it was before' "$(tail -n 1 "$log")" 0
hook pre-commit 'crm-add -q contact id=within name=W; echo "status $?"; crm config country GR; echo "status $?"; crm-add -q -s "$OTHER" --upsert id contact id=o name=O'
start=$SECONDS
OTHER=$scratch/two ok 'pre-commit that writes is not waited for' 'OTHER=$scratch/two crm-edit -q b name=G'
is 'it ends at once' "$((SECONDS - start < 20))" 1
err_has 'and hears why' "crm-add: a pre-commit hook cannot write to .*: the batch that it is asked about holds the store"
is 'from every program' "$(printf '%s\n' "$err" | grep -c 'status 4')" 2
is 'another store is free' "$(crm-find -s "$scratch/two" contact id=o --count)" 1
is 'nothing was written' "$(crm-find contact id=within --count)" 0
rm "$hooks/pre-commit"
hook post-commit 'echo x >>"$HEARD"; crm-add -q activity kind=note subject=again'
: >"$log"
ok 'post-commit that writes' 'crm-edit -q b name=H'
is 'does not hear of itself' "$(cat "$log")$(crm-find activity subject:again --count)" x1
rm "$hooks/post-commit"
crm config hooks.timeout 1
hook pre-commit 'exec sleep 60'
fails_with 3 'a hook that does not end' 'crm-edit b name=I'
err_has 'is ended' 'refused by the store.s pre-commit hook .no answer within 1 seconds'
hook pre-commit 'trap "" TERM; while :; do sleep 1; done'
fails_with 3 'nor one that will not hear' 'crm-edit b name=I'
hook pre-commit '(trap "" TERM; echo $BASHPID >"$HEARD"; exec sleep 50) & sh -c "sleep 51; true"'
sed -i 's,/bin/sh,/bin/bash,' "$hooks/pre-commit"
fails_with 3 'one whose children do not end' 'crm-edit b name=I'
sleep 0.2
runs() {	# PID: and is no zombie that nobody has waited for
	grep -q '^State:[[:space:]]*[A-Y]' "/proc/$1/status" 2>/dev/null
}
runs "$(cat "$log")"
verdict $(($? == 0)) 'takes them along'
hook pre-commit 'echo $$ >"$HEARD.new"; mv "$HEARD.new" "$HEARD.pid"; exec sleep 50'
rm -f "$log.pid"
crm config hooks.timeout 40
start=$SECONDS
crm-edit -q b name=I 2>/dev/null &
until [ -s "$log.pid" ]; do sleep 0.05; done
kill -TERM $!
wait $! 2>/dev/null
is 'a signal reaches the hook' "$((SECONDS - start < 20))$(runs "$(cat "$log.pid")" && echo there)" 1
is 'nothing is stored then' "$(crm-find contact id=b -f name)" '{"name":"H"}'
crm config hooks.timeout 1
hook pre-commit 'kill -9 $$'
fails_with 3 'a hook that is killed' 'crm-edit b name=I'
err_has 'by what' 'pre-commit hook .ended by signal 9.'
hook pre-commit "head -c 300000 /dev/urandom"
ok 'a hook that prints noise' 'crm-edit b name=J >echo'
is 'leaves the echo alone' "$(jq -r .name echo)" J
printf 'no program' >"$hooks/pre-commit"
fails_with 4 'a hook that cannot be run' 'crm-edit b name=K'
err_has 'is said' "cannot run '.*hooks/pre-commit'"
fails_with 2 'a limit that is none' 'crm config hooks.timeout soon'
seq 30000 | awk '{ printf "{\"type\":\"contact\",\"id\":\"m%d\",\"notes\":\"some text that fills more than a pipe\"}\n", $1 }' >many
hook pre-commit 'exec <&-; exit 0'
ok 'a hook that closes its input' 'crm-add -q many'
rm "$hooks/pre-commit"

# Off: not executable, writable by others, no regular file.
hook pre-commit 'exit 1'
fails_with 3 'on' 'crm-edit b name=C'
chmod 644 "$hooks/pre-commit"
ok 'off: not executable' 'crm-edit -v b name=C >echo'
err_has '-v says so' "the hook '.*hooks/pre-commit' does not run: not executable"
chmod 777 "$hooks/pre-commit"
ok 'off: others may write it' 'crm-edit -v b name=D >echo'
err_has '-v says that' 'does not run: writable by others'
chmod 755 "$hooks/pre-commit"
chmod 770 "$hooks"
ok 'off: others may put another one there' 'crm-edit -v b name=D2 >echo'
err_has 'as -v says' 'does not run: its directory is writable by others'
chmod 755 "$hooks"
if [ "$(id -u)" = 0 ]; then
	hook pre-commit 'exit 1'
	chown 12345 "$hooks/pre-commit"
	ok "off: not the store's owner's" 'crm-edit -q b name=F'
fi
rm "$hooks/pre-commit"
mkdir "$hooks/pre-commit"
ok 'off: a directory' 'crm-edit -q b name=E'
done_testing
