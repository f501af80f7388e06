#!/bin/bash
# Any table of a system's columns, with any cells, comes back byte for byte
# (but for the rows that were rejected, which are kept verbatim).
. "${0%/*}/../lib.sh"

cat >random.pl <<'P'
# header and rows like the sample's, cells from its columns or odd ones, quotes
# at random; prints the file, and to FILE.rows where each row begins
use strict;
my ($sample, $out, $seed) = @ARGV;
srand $seed;
local $/; open my $in, '<:raw', $sample or die; my $s = <$in>;
$s =~ s/^\xef\xbb\xbf//;
my $d = $s =~ /^[^\n,;]*\t/ ? "\t" : $s =~ /^[^\n]*;[^\n]*\n/ && $s !~ /^[^\n;]*,/ ? ';' : ',';
my (@rows, @row);
while ($s =~ /\G(?:"((?:[^"]|"")*)"|([^"\n\r$d]*))($d|\r?\n|\z)/g) {
	my $c = defined $1 ? $1 : $2; $c =~ s/""/"/g if defined $1;
	push @row, $c;
	if ($3 ne $d) { push @rows, [@row] if @row > 1 || length $row[0]; @row = (); last if pos($s) == length $s; }
}
my $head = shift @rows;
my @odd = ('', '', '', ' ', 'a b', 'x"y', "two\nlines", "cr\r\nlf", 'a,b', 'a;b', "\t", 'Ωμέγα', '=1+1', '0', '00123', 'N/A', 'true', 'No', '1,234.50', '[1]', '{"a":1}', '@', "'", 'é' x 40);
my $q = int rand 3;	# minimal, all, at random
sub cell { my $c = shift; my $must = $c =~ /[",;\n\r$d]/; return $c unless $must || $q == 1 || ($q == 2 && rand() < .3); $c =~ s/"/""/g; "\"$c\"" }
my $nl = rand() < .5 ? "\n" : "\r\n";
my $text = (rand() < .3 ? "\xef\xbb\xbf" : '') . join($d, map { cell($_) } @$head) . $nl;
my @begin;
for my $i (1 .. 40) {
	my @c = map { my $k = $_; rand() < .7 ? $rows[rand @rows][$k] // '' : $odd[rand @odd] } 0 .. $#$head;
	my $blank = rand() < .05 ? $nl : '';
	my $line = 1 + (() = ($text . $blank) =~ /\r\n|\n|\r/g);
	my $row = join($d, map { cell($_) } @c) . ($i == 40 && rand() < .5 ? '' : $nl);
	push @begin, [$line, length($text), length($blank . $row)];
	$text .= $blank . $row;
}
open my $o, '>:raw', $out or die; print $o $text;
open my $b, '>', "$out.rows" or die; print $b "@$_\n" for @begin;
P
cat >expect.pl <<'P'
# the file without the rows that the messages name
use strict;
my ($file, $messages) = @ARGV;
local $/; open my $in, '<:raw', $file or die; my $s = <$in>;
open my $m, '<', $messages or die; my %bad = map { $_ => 1 } <$m> =~ /^crm-import: [^:]*:(\d+):/mg;
open my $r, '<', "$file.rows" or die;
for my $row (reverse split /\n/, <$r>) {
	my ($line, $from, $n) = split ' ', $row;
	substr($s, $from, $n) = '' if $bad{$line};
}
print $s;
P
for f in "$src"/tests/data/profiles/*.csv; do
	b=${f##*/} b=${b%.csv}
	case $b in *-list) continue ;; esac	# drawn, not separated
	p=${b%%-*} opt=
	[ "$b" = accounting-invoices ] && opt='--dates dmy'
	good=0 kept=0
	for seed in 1 2 3; do
		perl random.pl "$f" r.csv $seed
		crm-import -q $opt -p "$p-${b#*-}" r.csv >r.jsonl 2>messages || crm-import -q $opt -p "$p" r.csv >r.jsonl 2>messages
		perl expect.pl r.csv messages >want.csv
		crm-export -q -p "$p" r.jsonl >got.csv 2>>messages
		kept=$((kept + $(wc -l <r.jsonl)))
		cmp -s want.csv got.csv && good=$((good + 1)) || { cp r.csv "bad-$b-$seed.csv"; diff want.csv got.csv | head -4; }
	done
	is "$b: three random tables ($kept of 120 rows)" "$good" 3
done
done_testing
