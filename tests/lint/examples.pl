#!/usr/bin/perl
# Runs the examples of a manual page and compares what they print.
#
# In a display (.Bd -literal ... .Ed) a line "$ command" is a command, "> more"
# goes on with it; the lines up to the next one are what it prints, stdout and
# stderr, and "[N]" where it exits with N. "..." stands for anything, alone on a
# line for any lines. Displays without "$ " are not run. A comment in the page's
# source, .\" setup: COMMAND, runs before the first example.
# All of a page runs in one scratch directory, one store. Prints TAP without
# the plan, numbered from the second argument on.
use strict;
use warnings;

my ($page, $number) = @ARGV;
open my $in, '<', $page or die "$page: $!\n";
my (@setup, @steps, $display, $step);

sub plain {
	my $s = shift;
	$s =~ s/\\\(aq/'/g;
	$s =~ s/\\\(dq/"/g;
	$s =~ s/\\\(ha/^/g;
	$s =~ s/\\\(ti/~/g;
	$s =~ s/\\\(ga/`/g;
	$s =~ s/\\-/-/g;
	$s =~ s/\\&//g;
	$s =~ s/\\e/\\/g;
	return $s;
}

while (my $line = <$in>) {
	chomp $line;
	if ($line =~ /^\.\\" setup: (.*)/) {
		push @setup, $1;
	} elsif ($line =~ /^\.Bd\b.*-(literal|unfilled)/) {
		$display = 1;
		$step = undef;
	} elsif ($line =~ /^\.Ed/) {
		$display = 0;
	} elsif ($display && $line !~ /^\./) {
		$line = plain($line);
		if ($line =~ /^\$ (.*)/) {
			$step = { line => $., command => $1, want => [] };
			push @steps, $step;
		} elsif ($step && !@{ $step->{want} } && $line =~ /^> (.*)/) {
			$step->{command} .= "\n$1";
		} elsif ($step) {
			push @{ $step->{want} }, $line;
		}
	}
}
close $in;

sub pattern {
	my $s = '';
	for my $line (@_) {
		if ($line eq '...') {
			$s .= '(?:.*\n)*?';
		} else {
			$s .= join('.*', map { quotemeta } split(/\.\.\./, $line, -1)) . '\n';
		}
	}
	return qr/\A$s\z/;
}

for my $c (@setup) {
	system('bash', '-c', $c) == 0 or print "# setup failed: $c\n";
}
for my $s (@steps) {
	my $pid = open my $run, '-|';
	if ($pid == 0) {
		open STDERR, '>&', \*STDOUT;
		open STDIN, '<', '/dev/null';
		exec 'bash', '-c', $s->{command};
	}
	my $got = do { local $/; <$run> } // '';
	close $run;
	$got .= '[' . ($? >> 8) . "]\n" if $?;
	my $good = $got =~ pattern(@{ $s->{want} });
	(my $title = $s->{command}) =~ s/\n.*//s;
	$title =~ s/#/\\#/g;
	(my $short = $page) =~ s{.*/}{};
	print $good ? '' : 'not ', 'ok ', $number++, " - $short:$s->{line}: $title\n";
	next if $good;
	print "# expected: $_\n" for @{ $s->{want} };
	print "#      got: $_\n" for split /\n/, $got;
}
