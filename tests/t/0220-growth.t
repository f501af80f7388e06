#!/bin/bash
# Eight processes write into a map that begins at 64 KiB and grows under them;
# two writers beside a stalled reader do not blow the file up; a slow pipe
# holds nobody.
. "${0%/*}/../lib.sh"

n=150
[ -n "${CRM_LONG:-}" ] && n=1000
export CRM_TEST_MAP=64K
ok 'a store of 64 KiB' 'crm init'
write() {
	local i
	for ((i = 0; i < n; i++)); do
		printf '{"id":"w%d-%d","type":"contact","name":"Some Name %d","emails":["w%d.%d@example.com"],"notes":"%0200d"}\n' \
			"$1" $i $i "$1" $i $i
	done | crm-add -q --batch 3 2>>errors
}
for w in 1 2 3 4 5 6 7 8; do write $w & done
for r in 1 2 3 4 5; do crm-find contact --count >/dev/null 2>>errors; done
wait
is 'no writer and no reader failed' "$(head -n 3 errors)" ''
is 'all records are there' "$(crm-find contact --count)" $((8 * n))
ok 'the store is sound' 'crm verify'
printf '{"id":"big%d","type":"contact","name":"B","notes":"%0300d"}\n' $(for ((i = 0; i < 8000; i++)); do echo $i $i; done) >big
ok 'one transaction outgrows the map' 'crm-add -q --atomic big'
is 'and is whole' "$(crm-find contact --count)" $((8 * n + 8000))
ok 'the store is sound then' 'crm verify'
unset CRM_TEST_MAP
fails_with 75 'the greatest size is kept' "CRM_MAX_STORE=1M crm-add -q --upsert id <(sed 's/\"B\"/\"C\"/' big)"
ok 'and harms nothing' 'crm verify'

# A reader that stands in a pipe.
before=$(stat -c %s "$CRM_STORE/data.mdb")
(crm-find contact -F jsonl | (read -r _; sleep 6)) &
reader=$!
sleep 0.3
edits() {
	local i
	for ((i = 0; i < 150; i++)); do crm-edit -q "w$1-$((i % n))" "title=T$i" || echo failed; done
}
edits 1 >e1 2>&1 & a=$!
edits 2 >e2 2>&1 & b=$!
wait $a $b
is 'writers go on beside a stalled reader' "$(cat e1 e2)" ''
after=$(stat -c %s "$CRM_STORE/data.mdb")
[ "$after" -lt $((before * 2)) ]
verdict $? 'the file grows by less than twice' "before $before, after $after"
kill $reader 2>/dev/null

# A writer whose input does not come holds no lock.
(echo '{"id":"slow","type":"contact","name":"S"}'; sleep 4) | crm-add -q & slow=$!
start=$(date +%s%N)
ok 'another writer is not delayed' "echo '{\"type\":\"contact\",\"name\":\"Quick\"}' | crm-add -q --wait 1"
[ $(($(date +%s%N) - start)) -lt 2000000000 ]
verdict $? 'by a slow pipe'
wait $slow

# The lock has a holder and a limit.
cat >hold.pl <<'EOP'
open(my $f, '+<', "$ENV{CRM_STORE}/writer") or die;
# struct flock: write lock on the whole file
my $lock = pack('ssx4qqlx4', 1, 0, 0, 0, 0);
fcntl($f, 6, $lock) or die "fcntl: $!";
print $f "4242 crm-import\n"; $f->flush if $f->can('flush');
$| = 1; print "held\n"; sleep 20;
EOP
perl -MIO::Handle hold.pl >held & holder=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s held ] || sleep 0.1; done
fails_with 75 'busy is exit 75' "echo '{\"type\":\"contact\",\"name\":\"X\"}' | crm-add -q --wait 0"
err_has 'and names who holds the lock' 'held by process 4242 crm-import'
ok 'readers need no lock' 'crm-find contact --count'
kill $holder 2>/dev/null; wait $holder 2>/dev/null
ok 'then it is free' "echo '{\"type\":\"contact\",\"name\":\"X\"}' | crm-add -q --wait 0"

# The file is rebuilt under writers and readers: they go on with the new one.
crm init -q -s busy
for w in 1 2 3; do
	for ((i = 0; i < 30; i++)); do echo "{\"id\":\"b$w-$i\",\"type\":\"contact\",\"name\":\"N\"}"; done |
		crm-add -q -s busy --batch 1 2>>busy.err &
done
for ((i = 0; i < 6; i++)); do crm compact -q -s busy 2>>busy.err; done &
for ((i = 0; i < 100; i++)); do echo "b1-$i"; sleep 0.005; done | crm-find -s busy --get >/dev/null 2>>busy.err &
wait
is 'compact beside writers and readers: no error' "$(head -n 3 busy.err)" ''
is 'and nothing is lost' "$(crm-find -s busy contact --count)" 90
ok 'the rebuilt store is sound' 'crm -s busy verify'

# Two stores in one pipe.
ok 'from one store into another' 'crm -s other init && crm-find contact name:Quick | crm-add -q -s other && [ "$(crm-find -s other contact --count)" = 1 ]'
done_testing
