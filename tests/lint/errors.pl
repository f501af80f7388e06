#!/usr/bin/perl
# lib/cli/errors.def against the sources. Without an argument prints names that
# are used but not listed, or listed but not used; --man prints crm-errors(7).
# Run from the top of the tree.
use strict;
use warnings;

my (%listed, @order);
open my $def, '<', 'lib/cli/errors.def' or die "errors.def: $!\n";
while (<$def>) {
	next if /^#/;
	chomp;
	my ($name, $text) = split /\t/;
	$listed{$name} = $text;
	push @order, $name;
}
my %module = map { /^([a-z]+)\./ ? ($1 => 1) : () } @order;

if (@ARGV && $ARGV[0] eq '--man') {
	while (<DATA>) {
		if (/^\@\@/) {
			for my $name (@order) {
				(my $text = $listed{$name}) =~ s/-/\\-/g;
				print ".It Cm $name\n$text\n";
			}
		} else {
			print;
		}
	}
	exit 0;
}

my %used;
for my $file (glob 'lib/*/*.c bin/*.c') {
	open my $in, '<', $file or die "$file: $!\n";
	my $source = do { local $/; <$in> };
	$source =~ s/^#include.*$//mg;
	$used{$1} ||= $file while $source =~ /crm_err_(?:set|field|sys)\([^;"]*"([a-z_0-9.]+)"/g;
	$used{$1} ||= $file while $source =~ /crm_cli_warn\([^;"]*"([a-z_0-9.]+)"/g;
	while ($source =~ /"([a-z]+)\.([a-z_0-9]+)"/g) {
		$used{"$1.$2"} ||= $file if $module{$1} && $2 ne 'json' && $2 ne 'inc';
	}
}
# Names of fields and settings that look like errors.
delete $used{$_} for qw(stages.stage index.text converted.contact history.sync history.files);
my $bad = 0;
for my $name (sort keys %used) {
	next if exists $listed{$name} || $name !~ /\./;
	print "$used{$name}: '$name' is not in lib/cli/errors.def\n";
	$bad = 1;
}
for my $name (@order) {
	next if $used{$name} || $name !~ /\./;
	print "lib/cli/errors.def: '$name' is used nowhere\n";
	$bad = 1;
}
exit $bad;

__DATA__
.\" Made by make errors of lib/cli/errors.def. Do not edit.
.Dd November 21, 2026
.Dt CRM-ERRORS 7
.Os
.Sh NAME
.Nm crm-errors
.Nd errors of the crm programs and their names
.Sh DESCRIPTION
A message is one line on stderr, written at once, control characters in it as
escapes:
.Pp
.Dl crm-add: leads.csv:17: \(aqemails\(aq: not an address: \(aqfoo@\(aq
.Pp
the program, the source (a dash for stdin, or what
.Cm _src
of the record says) and its line, the field, and what is wrong.
Warnings say so before the text.
.Pp
With
.Fl Fl errors Ns = Ns Cm json
it is one object a line:
.Bd -literal -offset indent
{"prog":"crm-add","level":"error","code":"schema.format",
 "source":"leads.csv","line":17,"field":"emails","message":"..."}
.Ed
.Pp
(on one line in fact), with
.Cm level
one of
.Ql error ,
.Ql warning ,
.Ql note .
The codes are stable, the wording of messages is not.
.Bl -tag -width Ds
@@
.El
.Sh EXAMPLES
.Bd -literal -offset indent
$ echo \(aq{"type":"contact","emails":["foo@"]}\(aq | crm-add --errors=json
{"prog":"crm-add","level":"error","code":"schema.format","source":"-","line":1,"field":"emails","message":"..."}
[3]
.Ed
.Sh SEE ALSO
.Xr crm 7 ,
.Xr crm-exit 7
