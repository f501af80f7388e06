#!/bin/bash
# Attachments: kept under their content's hash, verified, in binary backups.
. "${0%/*}/../lib.sh"

crm init >/dev/null
printf 'an offer\n' >offer.pdf
sum=$(sha256sum <offer.pdf | cut -c 1-64)
file=$CRM_STORE/files/${sum:0:2}/${sum:2}
same 'attach@=FILE on a new record' 'crm-add contact id=a attach@=offer.pdf -f attachments' <<EOF2
{"attachments":[{"sha256":"$sum","name":"offer.pdf","size":9,"type":"application/pdf"}]}
EOF2
cmp -s "$file" offer.pdf
verdict $? 'kept under its hash'
is 'for nobody else' "$(stat -c %a "$file")" 600
mkdir sub && cp offer.pdf 'sub/copy of it.txt' && head -c 300000 /dev/urandom >big.bin
ok 'on another record, under another name, and a second one' \
	"crm-add -q contact id=b && crm-edit -q b attach@='sub/copy of it.txt' attach@=big.bin"
is 'the name without its folder' \
	"$(crm-find contact id:b -f attachments | grep -o '"name":"[^"]*"' | tr '\n' ' ')" '"name":"copy of it.txt" "name":"big.bin" '
is 'equal content is one file' "$(find "$CRM_STORE/files" -type f ! -name index | wc -l)" 2
ok 'the same again changes nothing' 'crm-edit b attach@=offer.pdf -v --summary=json'
is 'attach=@FILE is the same' "$(crm-edit b attach=@offer.pdf -v 2>/dev/null | grep -o '"_op":"[a-z]*"')" '"_op":"unchanged"'
crm-add -q activity id=act contact=a attach=@offer.pdf kind=email
is 'on any type' "$(crm-find activity -f attachments | grep -c "$sum")" 1
fails_with 4 'a file that is not there' 'crm-edit a attach@=nowhere.pdf'
fails_with 4 'a directory' 'crm-edit a attach@=sub'
echo x >dry.txt
ok '-n keeps nothing' 'crm-edit -n a attach@=dry.txt'
is 'indeed' "$(find "$CRM_STORE/files" -type f ! -name index | wc -l)" 2
ok 'sound' 'crm verify -q'
ok 'a name without content (an imported mail) is no fault' \
	"crm-add -q contact id=m 'attachments:=[{\"sha256\":\"$(printf %064d 7)\",\"name\":\"x\"}]' && crm verify -q"
ok 'a binary backup has the files' "crm backup --binary '$scratch/copy' && crm verify -q -s '$scratch/copy'"
cmp -s "$scratch/copy/files/${sum:0:2}/${sum:2}" offer.pdf
verdict $? 'with their content'
ok 'a text backup, too' "crm backup text.jsonl && crm -s '$scratch/again' restore text.jsonl && crm verify -q -s '$scratch/again'"
cmp -s "$scratch/again/files/${sum:0:2}/${sum:2}" offer.pdf
verdict $? 'the same content'
ok 'a file of several lines' "head -c 7000000 /dev/zero >zero.bin && crm-edit -q a attach@=zero.bin &&
	crm backup - | crm -s '$scratch/third' restore - && crm verify -q -s '$scratch/third' &&
	diff -r '$CRM_STORE/files' '$scratch/third/files' -x index"
printf 'An offer\n' >"$file"
fails_with 4 'a changed file is found' 'crm verify'
out_has 'and named' "attach.damaged: .*${sum:2}"
crm-rm -q --erase m
ok 'erasing others leaves it' "[ -e '$file' ]"
rm "$file"
fails_with 4 'a missing file is found' 'crm verify'
out_has 'with the record' "attach.missing: a file of record a is not there: $sum"
done_testing
