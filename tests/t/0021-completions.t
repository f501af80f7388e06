#!/bin/bash
# The completions checked in are those that the option tables give.
. "${0%/*}/../lib.sh"

ls "$BUILD"/bin/crm-* >/dev/null 2>&1 || skip_all 'no programs'
ok 'generated' "'$src/completions/generate.sh' '$BUILD/bin' ."
for f in crm.bash _crm crm.fish; do
	ok "$f is up to date (make completions)" "diff -u '$src/completions/$f' $f | head -n 20; cmp -s '$src/completions/$f' $f"
done
ok 'bash reads them' 'bash -n crm.bash'
command -v zsh >/dev/null && ok 'zsh reads them' 'zsh -n _crm'
command -v fish >/dev/null && ok 'fish reads them' 'fish -n crm.fish'

# offered LINE...: what bash offers for the last word
offered() {
	bash -c '. ./crm.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _crm; printf "%s\n" "${COMPREPLY[@]}"' x "$@"
}
if [ -x "$BUILD/bin/crm-find" ]; then
	is 'options' "$(offered crm-find --forma)" --format
	is 'choices' "$(offered crm-find -F markd)" markdown
	is 'the dispatcher takes them over' "$(offered crm find --forma)" --format
	touch somefile
	is 'files' "$(offered crm-find -o some)" somefile
fi
done_testing
