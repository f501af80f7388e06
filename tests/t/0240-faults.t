#!/bin/bash
# System calls that fail, one after the other: each run ends with a status of
# the contract, the store stays sound, and what was echoed is there.
# CRM_LONG=1: each call there is; else the first five of a kind.
. "${0%/*}/../lib.sh"
need strace
strace -o t -e inject=fdatasync:error=EIO:when=1 true 2>/dev/null ||
	skip_all 'no process may be traced here'

cat >three <<'EOF'
{"id":"x1","type":"contact","name":"one","emails":["one@example.org"]}
{"id":"x2","type":"contact","name":"two","emails":["two@example.org"]}
{"id":"x3","type":"contact","name":"three","emails":["three@example.org"]}
EOF
ok 'a store' 'crm init -q -s ./base --index text && crm-add -q -s ./base three \
	&& crm-add -q -s ./base -t deal id=d1 contacts=x1 name=deal amount=5 currency=EUR'
sed 's/"x/"y/' three >more
echo '{"keep":"x1","merge":["x2"],"_score":0.99}' >plan
crm backup -q -s ./base base.backup

# What each sink stored before it failed must be there: its echo says so.
echoed_is_stored() {
	local id rev
	while IFS=$'\t' read -r id rev; do
		[ "$(crm-find --where "id:$id rev:$rev.." -F ids)" = "$id" ] || return 1
	done < <(jq -r 'select(.id and (._deleted|not)) | [.id, .rev] | @tsv' <"$1" 2>/dev/null)
}

# fault NAME CMD...: the command with each of the calls failing in turn
fault() {
	local name=$1 what call error n max bad=0 runs=0 status
	shift
	for what in openat:EMFILE pread64:EIO pwrite64:ENOSPC writev:ENOSPC \
		write:EIO fdatasync:EIO fsync:EIO ftruncate:ENOSPC \
		flock:ENOLCK fcntl:ENOLCK newfstatat:EACCES \
		rename:EXDEV unlink:EIO getrandom:EAGAIN close:EIO; do
		call=${what%:*} error=${what#*:}
		rm -rf "$CRM_STORE" new && cp -r base "$CRM_STORE"
		strace -f -qq -o calls -e trace="$call" "$@" >/dev/null 2>&1 <more
		max=$(grep -c "$call(" calls)
		[ -n "${CRM_LONG:-}" ] || [ "$max" -le 5 ] || max=5
		for ((n = 1; n <= max; n++)); do
			rm -rf "$CRM_STORE" new && cp -r base "$CRM_STORE"
			strace -f -qq -o calls -e trace="$call" \
				-e inject="$call:error=$error:when=$n" "$@" >echo 2>err.txt <more
			status=$?
			runs=$((runs + 1))
			# before main begins it is the loader that fails
			grep -q 'error while loading shared' err.txt && continue
			case $status in 0|3|4|75) ;; *)
				bad=$((bad + 1)); echo "# $name: $call $n fails by $error: status $status: $(head -c 300 err.txt)" ;;
			esac
			if ! crm verify >verify.txt 2>&1; then
				bad=$((bad + 1)); echo "# $name: $call $n fails by $error: $(head -c 300 verify.txt)"
			elif ! echoed_is_stored echo; then
				bad=$((bad + 1)); echo "# $name: $call $n fails by $error: echoed, not stored"
			fi
		done
	done
	is "$name: $runs faults, all ended well" $bad 0
}

cp -r base "$CRM_STORE"
fails_with 4 'what cannot be synced is no success' \
	'strace -qq -o calls -e inject=fdatasync:error=EIO crm-add -t contact id=z name=z'
is 'nor echoed' "$out" ''

fault crm-add crm-add --batch 1 -
fault crm-edit crm-edit x1 x2 x3 title=CEO
fault crm-rm crm-rm x2 x3
fault crm-merge crm-merge plan
fault 'crm-history undo' crm-history undo last
fault 'crm compact' crm compact
fault 'crm-find' crm-find contact name:one
fault 'crm restore' crm -s ./new restore base.backup

# Memory that runs out: a failure like any other. Below some size no program
# starts at all (the loader's 127), which is not ours to mend.
bad=0
for cmd in 'crm-add -q --upsert id more' 'crm-find contact -F table --sort name' \
	'crm-dedupe -a -t contact' 'crm-export -F csv -a' 'crm-check -a' \
	'crm-report pipeline' 'crm-view -a -F html' 'crm backup -' 'crm verify'; do
	for kb in 4000 8000 12000 16000 24000 32000 48000 64000; do
		rm -rf "$CRM_STORE" && cp -r base "$CRM_STORE"
		(ulimit -v $kb; eval "$cmd" >/dev/null 2>err.txt)
		case $? in 0|1|3|4|75|127) ;; *)
			bad=$((bad + 1)); echo "# $cmd with $kb KiB: status $?" ;;
		esac
		crm verify >/dev/null 2>&1 || { bad=$((bad + 1)); echo "# $cmd with $kb KiB: unsound"; }
	done
done
is 'memory that runs out is no crash' $bad 0

# Address space that the store's map would like to have, but may not.
bad=0
for kb in 150000 600000 1500000 4000000 9000000; do
	rm -rf "$CRM_STORE"
	(ulimit -v $kb; crm init -q && crm-add -q contact id=c1 name=x &&
		crm-add -q --batch 500 --upsert id more && crm-edit -q c1 title=y &&
		crm-find -q contact id:c1 && crm compact -q) 2>err.txt
	rc=$?
	[ $rc = 0 ] && crm verify >/dev/null 2>&1 ||
		{ bad=$((bad + 1)); echo "# $kb KiB: status $rc: $(head -n 1 err.txt)"; }
done
# A sanitizer wants terabytes of it.
grep -q __asan_init "$BUILD/bin/crm-add" || is 'a store works in what there is' $bad 0
done_testing
