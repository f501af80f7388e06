#!/usr/bin/perl
# queries.pl SEED N: fills $CRM_STORE with random records, then asks N random
# queries twice: the store, by whatever plan it chooses, and the same records as
# lines. The answers must be the same bytes. Prints the queries that differ.
use strict;
use warnings;
my ($seed, $n) = @ARGV;
srand $seed;

sub any { return $_[rand @_] }
sub maybe { return rand() < $_[0] }

my @names = ('Μαρία Παπαδοπούλου', 'Maria Papadopoulou', 'محمد علي', 'Mohammed Ali',
    'דנה כהן', 'Dana Cohen', 'Matti Möttönen', 'Jürgen Groß', "Sarah O'Neill",
    'José Núñez', 'Aino', 'ΓΙΩΡΓΟΣ', 'x', 'Anna-Liisa', 'Smith, John');
my @countries = qw(GR FI IL SA DE US);
my @stages = qw(new qualified proposal negotiation won lost);
my @tags = qw(vip spring cold Übergröße);
my @words = qw(late delivery price contract Αθήνα invoice broken);

sub q_ { my $t = shift; $t =~ s/(["\\])/\\$1/g; return qq("$t") }
sub stamp { return sprintf '2026-%02d-%02dT%02d:00:00Z', 1 + int rand 12, 1 + int rand 28, rand 24 }
sub date { return sprintf '2026-%02d-%02d', 1 + int rand 12, 1 + int rand 28 }
sub text { return join ' ', map { any(@words) } 0 .. rand 6 }

sub line {
	my ($type, $id, %f) = @_;
	return '{' . join(',', qq("id":"$id"), qq("type":"$type"),
	    map { qq("$_":$f{$_}) } sort keys %f) . "}\n";
}

sub people {
	my ($i) = @_;
	my %f = (name => q_(any(@names)));
	$f{emails} = '["p' . int(rand 40) . '@Example.org"' . (maybe(.2) ? ',"b@x.gr"]' : ']') if maybe(.7);
	$f{phones} = '["+30210123' . (1000 + int rand 30) . '"]' if maybe(.4);
	$f{account} = '"a' . int(rand 12) . '"' if maybe(.7);
	$f{address} = '{"country":"' . any(@countries) . '","city":' . q_(any('Αθήνα', 'Helsinki', 'Athens')) . '}' if maybe(.7);
	$f{birthday} = any('"--02-29"', '"1980-' . sprintf('%02d-%02d"', 1 + rand 12, 1 + rand 28)) if maybe(.4);
	$f{tags} = '[' . join(',', map { q_(any(@tags)) } 0 .. rand 2) . ']' if maybe(.4);
	$f{owner} = q_(any(qw(nikos anna tester))) if maybe(.5);
	$f{notes} = q_(text()) if maybe(.3);
	$f{shoe} = any(44, '"44"', '41.5', '"large"') if maybe(.2);
	return line('contact', "c$i", %f);
}

sub deal {
	my ($i) = @_;
	my %f = (name => q_('Deal ' . text()), stage => q_(any(@stages)));
	$f{amount} = '"' . any(0, 5, 1000, 1000.5, 99999, -3) . '"' if maybe(.8);
	$f{currency} = q_(any(qw(EUR USD ILS))) if $f{amount};
	$f{close_date} = q_(date()) if maybe(.8);
	$f{account} = '"a' . int(rand 12) . '"' if maybe(.7);
	$f{contacts} = '["c' . int(rand 60) . '"]' if maybe(.5);
	$f{stage_since} = q_(stamp()) if maybe(.5);
	$f{probability} = int rand 100 if maybe(.3);
	return line('deal', "d$i", %f);
}

sub other {
	my ($i) = @_;
	return line('activity', "v$i", kind => q_(any(qw(call email meeting task))),
	    contact => '"c' . int(rand 60) . '"', at => q_(stamp()),
	    (maybe(.4) ? (due => q_(date())) : ()), (maybe(.3) ? (done => 'true') : ()),
	    subject => q_(text()), (maybe(.3) ? (duration => int rand 90) : ())) if $i % 2;
	return line('ticket', "t$i", subject => q_(text()), contact => '"c' . int(rand 60) . '"',
	    status => q_(any(qw(new open pending solved closed))), opened => q_(stamp()),
	    priority => q_(any(qw(low normal high urgent))));
}

open my $f, '>', 'random.jsonl' or die;
print $f line('account', "a$_", name => q_(any('Acme', 'Nokia Oyj', 'Ακμή ΑΕ') . " $_"),
    domain => qq("d$_.example"), address => '{"country":"' . any(@countries) . '"}') for 0 .. 11;
print $f people($_) for 0 .. 59;
print $f deal($_) for 0 .. 59;
print $f other($_) for 0 .. 59;
print $f '{"id":"l1","type":"list","name":"few","members":["c1","c5","c9"]}', "\n";
print $f '{"id":"s1","type":"segment","name":"greek","query":"contact country:GR"}', "\n";
close $f;
system 'crm-add -q random.jsonl' and die "cannot load\n";

sub term {
	return any(
	    sub { 'country:' . any(@countries, 'gr', 'GR,FI') },
	    sub { 'name:' . any('maria', 'papa*', 'Παπα*', 'deal', 'o\'neill', 'MÖTTÖNEN', 'groß', 'x') },
	    sub { 'name=' . any(@names) },
	    sub { 'name~' . any('^m', 'o$', '[αά]', 'deal.*late') },
	    sub { 'email:' . any('p3@example.org', 'P7@EXAMPLE.org', 'any', 'none', 'b@x.gr', 'p1*') },
	    sub { 'phone:' . any('+302101231003', '2101231007', 'none', 'any') },
	    sub { 'stage:' . any(@stages, 'new,won', 'none') },
	    sub { 'stage!=' . any(@stages) },
	    sub { 'amount' . any(':0..1000', '>5', '<=1000', ':1000', ':1000EUR..', ':none', '>=1000.5', '!=5') },
	    sub { 'currency:' . any('EUR', 'usd') },
	    sub { 'close_date:' . any('2026-06-01..', '..2026-06-30', 'this-quarter', '2026-03', 'none', '-30d..+30d', '2026-02-10') },
	    sub { 'at:' . any('-90d..', '2026-05..2026-08', 'this-year') },
	    sub { 'due:' . any('any', '..today', '2026-12') },
	    sub { 'owner:' . any('me', 'nikos', 'none') },
	    sub { 'tag:' . any(@tags, 'none') },
	    sub { 'is:' . any(qw(open won lost closed overdue)) },
	    sub { 'stage_age:' . any('14d..', '..100d') },
	    sub { 'idle:' . any('30d..', '..90d') },
	    sub { 'next_birthday:' . any('today..+60d', '+10d..+200d') },
	    sub { 'birthday:' . any('any', 'none', '--02-29') },
	    sub { 'account.' . any('country:GR', 'name:acme', 'domain:d3.example', 'deal.is:won') },
	    sub { 'deal.' . any('is:won', 'is:open', 'amount>1000', 'stage:lost') },
	    sub { 'activity.' . any('kind:call', 'at:-60d..', 'done:true') },
	    sub { 'contact.' . any('country:FI', 'email:any', 'account.country:GR') },
	    sub { 'text:' . any('late', 'price', 'αθηνα', 'deli*', '"late delivery"') },
	    sub { any(@words) },
	    sub { 'like:' . any('Mohammed', 'Papadopoulos', 'Cohen', 'Maria') },
	    sub { any('@few', '@greek') },
	    sub { 'shoe:' . any('44', '40..45', 'large', 'any', 'none') },
	    sub { 'priority:' . any('high', 'urgent,low') },
	    sub { 'duration:' . any('30..', '..1h', 'none') },
	    sub { 'probability:' . any('50..', '0..10') },
	    sub { 'id:' . any('c3', 'd9', 'a1', 'c3,c4') },
	    sub { 'updated:' . any('-1d..', 'today', '..2020') })->();
}

sub query {
	my ($depth) = @_;
	my @t;
	for (0 .. rand 3) {
		push @t, any('or') if @t && maybe(.3);
		push @t, 'not' if maybe(.2);
		push @t, $depth < 2 && maybe(.2) ? ('(', query($depth + 1), ')') : term();
	}
	return @t;
}

# Exit status and output of a command.
sub answer {
	my ($in, @cmd) = @_;
	open my $p, '-|', 'sh', '-c', "exec \"\$@\" <$in 2>err", 'sh', @cmd or die;
	local $/;
	my $text = <$p> // '';
	close $p;
	return ($? >> 8) . "\n$text";
}

system 'crm-find any >all.jsonl' and die;
my ($asked, $failed) = (0, 0);
for my $i (1 .. $n) {
	my @q = ((maybe(.7) ? any(qw(contact deal account activity ticket any)) : ()), query(0));
	my $store = answer('/dev/null', 'crm-find', @q);
	next if $store =~ /^2\n/;	# a field that this type does not have
	my $lines = answer('all.jsonl', 'crm-find', '-', @q);
	$asked++;
	my @a = sort split /\n/, $store;
	my @b = sort split /\n/, $lines;
	my $full = grep { /^(text:|\w+$)/ && !/^(or|not|contact|deal|account|activity|ticket|any)$/ } @q;
	next if $full ? "@a" eq "@b" : $store eq $lines;
	$failed++;
	print "seed $seed, query $i: ", join(' ', map { "'$_'" } @q), ': store ',
	    scalar(@a) - 1, ', lines ', scalar(@b) - 1, "\n";
}
print "$n queries, $asked asked, $failed differ\n";
exit($failed || $asked < $n / 4 ? 1 : 0);
