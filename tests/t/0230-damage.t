#!/bin/bash
# A full disk and flipped bits: a clean refusal, never wrong data. CRM_LONG=1:
# 2,000 flips.
. "${0%/*}/../lib.sh"

# The store's own answer to a page that is not there, under sanitizers too.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_sigbus=0
flips=150
[ -n "${CRM_LONG:-}" ] && flips=2000
crm init -q
for ((i = 0; i < 60; i++)); do
	printf '{"id":"c%d","type":"contact","name":"Name %d","emails":["m%d@example.com"],"owner":"o%d","notes":"%0400d"}\n' $i $i $i $((i % 3)) $i
done | crm-add -q
crm-edit -q c1 title=CEO
crm-find contact -F jsonl | sort >good
cp "$CRM_STORE/data.mdb" clean
size=$(stat -c %s clean)
cat >flip.pl <<'EOP'
my ($file, $at, $bit) = @ARGV;
open(my $f, '+<', $file) or die; binmode $f;
seek $f, $at, 0; read $f, my $b, 1; seek $f, $at, 0;
print $f chr(ord($b) ^ (1 << $bit));
EOP
wrong='' signals='' noticed=0
RANDOM=7
for ((k = 0; k < flips; k++)); do
	cp clean "$CRM_STORE/data.mdb"
	perl flip.pl "$CRM_STORE/data.mdb" $(((RANDOM * 32768 + RANDOM) % size)) $((RANDOM % 8))
	timeout 20 crm-find contact -F jsonl >got 2>err.k
	rc=$?
	case $rc in 0) ;; 4) noticed=$((noticed + 1)) ;; *) signals="$signals $rc" ;; esac
	sort got | comm -13 good - >diff
	[ -s diff ] && wrong="$wrong $(head -c 200 diff)"
done
is 'no flipped bit is shown as data' "$wrong" ''
is 'and none ends a program otherwise than by exit 0 or 4' "$signals" ''
[ $noticed -gt 0 ]
verdict $? 'damage is noticed' "$noticed of $flips"
echo "# $noticed of $flips flips noticed by a scan"

# What verify calls sound is sound: by scan, by key, by index, in the past.
look() {
	crm-find contact -F jsonl
	for i in 3 17 42; do
		crm-find contact "email:m$i@example.com" -F jsonl
		crm-find --get "c$i"
	done
	crm-find contact owner:o1 --count
	crm-find contact --since 1 -F ids
}
cp clean "$CRM_STORE/data.mdb"
look >good.look 2>&1
missed='' found=0
for ((k = 0; k < flips / 3; k++)); do
	cp clean "$CRM_STORE/data.mdb"
	perl flip.pl "$CRM_STORE/data.mdb" $(((RANDOM * 32768 + RANDOM) % size)) $((RANDOM % 8))
	timeout 20 crm verify -q 2>/dev/null
	case $? in
	0) look 2>&1 | cmp -s - good.look || missed="$missed $k" ;;
	4) found=$((found + 1)) ;;
	*) missed="$missed exit-$?" ;;
	esac
done
is 'what verify calls sound reads as before' "$missed" ''
echo "# verify found $found of $((flips / 3)) flips"

# Each kind of damage.
cp clean "$CRM_STORE/data.mdb"
ok 'the clean file is sound' 'crm verify'
perl -0777 -pe 's/Name 17/Name 71/' clean >"$CRM_STORE/data.mdb"
fails_with 4 'a changed text fails verify' 'crm verify'
fails_with 4 'and is not shown' 'crm-find id:c17'
head -c $((size / 2)) clean >"$CRM_STORE/data.mdb"
fails_with 4 'a file that is cut off' 'crm-find contact'
err_has 'is said to be' 'damaged|cut off'
printf garbage >"$CRM_STORE/data.mdb"
fails_with 4 'a file that is no store' 'crm-find contact'
cp clean "$CRM_STORE/data.mdb"
ok 'nothing was kept of it' 'crm-find contact -F jsonl | sort | cmp - good'

# A full disk.
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=3m none small 2>/dev/null; then
	ok 'a store on a small disk' 'crm -s small/store init'
	for ((i = 0; i < 9000; i++)); do
		printf '{"id":"f%d","type":"contact","name":"N","notes":"%0300d"}\n' $i $i
	done >many
	fails_with 75 'a full disk is exit 75' 'crm-add -q -s small/store --batch 200 many'
	err_has 'and said to be' '[Nn]o space|full'
	ok 'the store is sound' 'crm -s small/store verify'
	ok 'can be read' 'crm-find -s small/store contact --count'
	ok 'and deleted from' 'crm-find -s small/store contact -l 20 -F ids | crm-rm -q -s small/store -'
	umount small
else
	echo '# SKIP a full disk: mounting wants root'
fi
done_testing
