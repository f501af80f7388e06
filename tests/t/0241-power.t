#!/bin/bash
# The power fails: images of what the disk may hold then, made of the calls that
# a sink did. Each is a sound store with all that was acknowledged.
# CRM_LONG=1: 2,000 images; else 40.
. "${0%/*}/../lib.sh"
need strace jq
strace -o t true 2>/dev/null || skip_all 'no process may be traced here'

n=10
[ -z "${CRM_LONG:-}" ] || n=500
seq 1 12 | sed 's/.*/{"id":"n&","type":"contact","name":"Name &","emails":["n&@example.org"]}/' >more
seq 1 12 | sed 's/.*/{"id":"o&","type":"contact","name":"Old &","emails":["o&@example.org"]}/' >old

# power NAME SEED CMD...
power() {
	local name=$1 seed=$2 bad=0 i lost
	shift 2
	rm -rf "$CRM_STORE" img && mkdir img
	crm init -q --index text && crm-add -q --batch 3 old
	cp "$CRM_STORE/data.mdb" base.mdb
	strace -f -qq -y -xx -s 100000000 -o log \
		-e trace=pwrite64,writev,write,lseek,ftruncate,fdatasync,fsync "$@" >out <more
	verdict $? "$name runs"
	verdict "$(jq -s 'map(select(.id)) | length > 0 | if . then 0 else 1 end' <out)" "$name echoes"
	"$src/tests/fuzz/power.pl" log base.mdb img "$seed" "$n" || bad=1
	for ((i = 0; i < n; i++)); do
		cp "img/$i.mdb" "$CRM_STORE/data.mdb"
		if ! crm verify >verify.txt 2>&1; then
			bad=$((bad + 1)); echo "# image $i: $(head -c 300 verify.txt)"
			continue
		fi
		lost=$(crm-find --get <"img/$i.ack" | jq -c 'select(._missing)')
		[ "${lost:+x}" = '' ] || { bad=$((bad + 1)); echo "# image $i lost $lost"; }
	done
	is "$name: $n images are sound and hold what was acknowledged" $bad 0
}

power 'crm-add' 1 crm-add --batch 2 -
power 'crm-add of one batch' 2 crm-add -
power 'crm-edit' 3 crm-edit o1 o2 o3 name=New
power 'crm-merge' 4 sh -c 'echo "{\"keep\":\"o1\",\"merge\":[\"o2\",\"o3\"]}" | crm-merge'
done_testing
