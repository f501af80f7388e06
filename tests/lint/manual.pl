#!/usr/bin/perl
# Compares a program's manual page with its option table: manual.pl PAGE
# COMMON_PAGE DUMP, the dump being the program's --dump-options. Prints each
# difference; status 1 when there is one.
use strict;
use warnings;

my ($page, $common, $dump) = @ARGV;

sub slurp {
	my $f = shift;
	open my $in, '<', $f or die "$f: $!\n";
	local $/;
	return scalar <$in>;
}

# Long options a page documents: each "Fl Fl name" of an .It line, and for the
# check of unknown ones each "Fl Fl name" anywhere.
sub options {
	my ($text, $items) = @_;
	my %found;
	for my $line (split /\n/, $text) {
		next if $items && $line !~ /^\.It /;
		$found{$1} = 1 while $line =~ /Fl Fl ((?:\\-|[a-z0-9-])+)/g;
	}
	return map { (my $o = $_) =~ s/\\//g; $o => 1 } keys %found;
}

my $text = slurp($page);
my %here = options($text, 1);
my %shared = options(slurp($common), 1);
my @rows = map { [split /\t/] } split /\n/, slurp($dump);
my (undef, $name, $kind, $operands) = @{ shift @rows };
my %table = map { $_->[1] => $_->[0] } @rows;
my $bad = 0;

sub breach {
	print "$page: @_\n";
	$bad = 1;
}

for my $o (sort keys %table) {
	breach("--$o is not documented") unless $here{$o} || $shared{$o};
}
for my $o (sort keys %here) {
	(my $plain = $o) =~ s/^no-//;
	breach("--$o is no option of $name")
	    unless exists $table{$o} || exists $table{$plain} || exists $table{"no-$o"};
}
# A letter beside a long name is the table's.
while ($text =~ /^\.It Fl (\w) .*?Fl Fl ([a-z-]+)/mg) {
	breach("-$1 is not --$2") if exists $table{$2} && $table{$2} ne $1;
}
my ($synopsis) = $text =~ /^\.Sh SYNOPSIS\n(.*?)^\.Sh /ms;
breach('no SYNOPSIS') unless defined $synopsis;
for my $word ($operands =~ /\b([A-Z]{2,})\b/g) {
	breach("SYNOPSIS lacks the operand $word")
	    if defined $synopsis && $synopsis !~ /\b\Q$word\E\b/i;
}
for my $section ('NAME', 'SYNOPSIS', 'DESCRIPTION', 'EXIT STATUS', 'EXAMPLES', 'SEE ALSO') {
	breach("no section $section") unless $text =~ /^\.Sh \Q$section\E$/m;
}
exit $bad;
