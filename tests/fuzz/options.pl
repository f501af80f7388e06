#!/usr/bin/perl
# options.pl SEED N: N commands of random programs, options, operands and
# input, on the store $CRM_STORE. None may die by a signal, hang, be caught by
# a sanitizer (which exits 99) or end with a status that is not in the
# contract. Prints the commands that do; the seed and number repeat one.
# CRM_FUZZ_ENDS=1 counts by program and status how the commands ended.
use strict;
use warnings;
use POSIX ();
my ($seed, $n) = @ARGV;
srand $seed;

sub any { return $_[rand @_] }

my @types = qw(account contact lead deal activity ticket contract purchase
    invoice product campaign member list segment competitor material article
    consent survey points link goal rate user);
my @fields = qw(id type rev name emails phones email phone account account.name
    contact.account.name address.country country stage stage_since stages amount
    currency close_date owner tags created updated due done kind idle stage_age
    next_birthday birthday is like reachable text items items.product raw.x
    ext.crm _score _why notes contacts members bounced labels.x parent
    parent.parent.name deal.stage activity.at nosuch a.b.c.d);
my @values = ('', 'x', '0', '-1', '1..', '..5', '3..1', 'none', 'any', 'open',
    'won', 'new,won', '2026-01-01', '2026-13-45', '-30d..', 'this-quarter',
    'now', '--02-29', 'GR', 'EUR', '1000EUR..', 'maria@example.org', '+302101234567',
    'Παπ*', 'محمد', '*', '~(', '99999999999999999999999', "a\tb", "\xff\xfe",
    '"', '{}', '[]', '[1,2', 'null', '1e999', 'me', '@vip', 'today..+7d', '-');
my @files = ('-', 'good.jsonl', 'bad.jsonl', 'table.csv', 'empty', 'nosuch',
    'plan.jsonl', 'noise', 'cards.vcf', 'days.ics', '.');

sub term {
	return any(sub { any(@fields) . any(':', '=', '~', '>', '<', '>=', '!=', ' ') .
	    any(@values) }, sub { any(@types) }, sub { any(@values) },
	    sub { any('not', 'or', '(', ')', 'any') })->();
}

sub assignment {
	return any(@fields) . any('=', ':=', '+=', '-=', '@=') . any(@values, @files);
}

sub ref_ {
	my @ids = map { "c$_" } 1 .. 6;
	return any(@ids, 'd1', 'a1', 'email:maria@example.org', 'domain:example.org',
	    'name:Acme', 'ext.crm:7', 'nosuch', '');
}

# What each kind of value in the help may be given.
my %value = (
	FIELDS => sub { join ',', map { any(@fields) } 0 .. rand 4 },
	FIELD => sub { any(@fields) . any('', '', ':month', ':week') },
	TYPE => sub { any(@types, 'contacts', 'nosuch') },
	QUERY => sub { join ' ', map { term() } 0 .. rand 3 },
	FILE => sub { any(@files) },
	TIME => sub { any('now', 'today', '2020-01-01', '-30d', @values) },
	N => sub { any(0, 1, 2, 7, -1, 'x', '99999999999999999999') },
	FORMAT => sub { any(qw(jsonl json csv tsv table card markdown html ids
	    values vcard ics vega-lite slack teams mime parquet nosuch)) },
	ZONE => sub { any('Europe/Athens', 'Asia/Tokyo', 'UTC', '+02:00', 'nosuch') },
	SIZE => sub { any('1', '64K', '1M', '0', '-5', '1T') },
	'DIR|URL' => sub { any($ENV{CRM_STORE}, $ENV{CRM_STORE}, 'nosuch', 'postgres://x/y') },
	REV => sub { any(0, 1, 5, 'x', 10**12) },
	JOBS => sub { any(1, 2) },
	REF => \&ref_,
);
my %quiet = map { $_ => 1 } qw(--follow --wait);	# would wait for long

# What a careful user gives these options; three in four times they get it.
my %sensible = (
	'--type' => sub { any(qw(contact deal account activity ticket purchase)) },
	'--fields' => sub { any('id,name', 'id,type,emails,account.name', 'name,amount') },
	'--format' => sub { any(qw(jsonl csv table card markdown html values ids)) },
	'--purpose' => sub { 'news' }, '--channel' => sub { any(qw(email phone sms)) },
	'--rules' => sub { any('gdpr', 'b2b', 'b2c', 'strict', 'dedupe.json') },
	'--model' => sub { any(qw(rules conversion churn clv model.json)) },
	'--upsert' => sub { any('id', 'email', 'name,emails') },
	'--on-conflict' => sub { any(qw(take keep fill newest)) },
	'--where' => sub { any('deal is:open', 'contact email:any', 'amount:1..') },
	'--by' => sub { any(qw(stage account.country close_date:month owner type)) },
	'--period' => sub { any(qw(this-quarter 2026 2026-Q1 -90d..)) },
	'--versus' => sub { any('-365d', 'previous', '2025') },
	'--from' => sub { '2026-11-21' }, '--in' => sub { any('EUR', 'USD') },
	'--threshold' => sub { any('0.5', '0.9', '1') },
	'--horizon' => sub { any('90d', '1y', '0') },
	'--errors' => sub { 'json' }, '--summary' => sub { 'json' },
	'--sort' => sub { any('name', '-amount,name', 'account.name', '-updated') },
	'--delimiter' => sub { any(';', 'tab') }, '--dates' => sub { 'dmy' },
	'--encoding' => sub { any('ISO-8859-7', 'UTF-16', 'UTF-8', 'CP1255') },
	'--fail-on' => sub { any('error', 'info') },
	'--wait' => sub { 1 }, '--lang' => sub { any('el', 'fi', 'ar', 'he') },
	'--zone' => sub { 'Asia/Jerusalem' }, '--region' => sub { 'GR' },
	'--currency' => sub { 'EUR' }, '--decimal' => sub { ',' },
	'--subject' => \&ref_, '--link' => sub { 'source' },
	(map { $_ => sub { 'amount' } } qw(--sum --avg --median --min --max --p90)),
);

sub help_of {
	my ($cmd) = @_;
	my @options;
	for (split /\n/, `$cmd --help 2>&1`) {
		next unless /^  (?:(-\w), |    )(--[\w-]+)(\[?=[A-Z|a-z]+\]?| [A-Z|]+)?/;
		my ($short, $long, $arg) = ($1, $2, $3 // '');
		next if $quiet{$long};
		push @options, [$long, $arg =~ s/[\[\]= ]//gr, $arg =~ /^\[/ ? 1 : 0];
	}
	return \@options;
}

my @programs = map { [$_, help_of($_)] } qw(crm-add crm-find crm-edit crm-rm
    crm-convert crm-import crm-export crm-check crm-dedupe crm-merge crm-score
    crm-report crm-view crm-consent crm-history crm);
my @profiles = split /\n/, `crm-import --list-profiles -F ids 2>/dev/null`;
my @reports = `crm-report --list -F values -f name 2>/dev/null`;
chomp @reports;
@reports = qw(pipeline funnel) unless @reports;
my %words = (
	'crm-report' => sub { any(@reports), map { rand() < .3 ? term() : () } 0 .. rand 2 },
	'crm-history' => sub { any(qw(log show diff blame undo restore feed apply
	    mirror textconv nosuch)), map { any(ref_(), 'last', '1', '2', '7', '--at=now') } 1 .. rand 4 },
	'crm-add' => sub { any(sub { any(@types), map { assignment() } 0 .. rand 4 },
	    sub { any(@files) })->() },
	'crm-edit' => sub { map { any(ref_(), assignment(), 'name=New', 'tags+=x') } 0 .. rand 4 },
	'crm-rm' => sub { map { any(ref_(), '-') } 0 .. rand 2 },
	'crm-convert' => sub { map { any(ref_(), assignment()) } 0 .. rand 3 },
	'crm-find' => sub { map { any(term(), any(@types), 'name:maria',
	    'country:GR', 'not email:any', 'is:open', 'amount>5', '-') } 0 .. rand 4 },
	'crm-view' => sub { map { ref_() } 0 .. rand 3 },
	'crm' => sub { any(qw(status schema config verify complete help find)),
	    map { any(@types, @values) } 1 .. rand 3 },
);

sub command {
	my ($program, $options) = @{any(@programs)};
	my @cmd = $program;
	for (1 .. rand 4) {
		my ($long, $kind, $maybe) = @{any(@$options)};
		my $make = $value{$kind} // sub { any(@values, @files) };
		if ($kind eq '' || $maybe && rand() < .5) {
			push @cmd, $long;
			next;
		}
		$make = $sensible{$long} if $sensible{$long} && rand() < .75;
		$make = sub { any(@profiles) } if $long eq '--profile' && @profiles;
		$make = sub { 'out' } if $long eq '--output' || $long eq '--reject';
		push @cmd, "$long=" . $make->();
	}
	push @cmd, '--purpose=news', '--channel=email'
	    if $program eq 'crm-consent' && rand() < .8;
	push @cmd, '-a' if rand() < .2 && grep { $_->[0] eq '--all' } @$options;
	my $words = $words{$program} // sub { map { any(@files) } 0 .. rand 2 };
	push @cmd, $words->();
	s/\0//g for @cmd;
	return @cmd;
}

# The command's exit status, or 128 + the signal that ended it.
sub run {
	my ($in, @cmd) = @_;
	my $pid = fork // die;
	if (!$pid) {
		open STDIN, '<', $in or POSIX::_exit(126);
		open STDOUT, '>', 'stdout' or POSIX::_exit(126);
		open STDERR, '>', 'stderr' or POSIX::_exit(126);
		alarm 60;
		exec { $cmd[0] } @cmd or POSIX::_exit(127);
	}
	waitpid $pid, 0;
	return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

my %allowed = map { $_ => 1 } 0 .. 4, 75;
my ($failed, %ends) = 0;
for my $i (1 .. $n) {
	my @cmd = command();
	my $in = any(grep { $_ ne '-' && $_ ne '.' && -e } @files);
	my $status = run($in, @cmd);
	$ends{"$cmd[0] $status"}++;
	next if $allowed{$status};
	$failed++;
	print "seed $seed, command $i: status $status: ", (join ' ', map {
	    my $w = $_; $w =~ s/'/'\\''/g; $w =~ m{^[\w./:=,-]+$} ? $w : "'$w'" }
	    @cmd), " <$in\n";
	system 'head -c 2000 stderr';
}
print "$_: $ends{$_}\n" for $ENV{CRM_FUZZ_ENDS} ? sort keys %ends : ();
print "$n commands, $failed failed\n";
exit($failed ? 1 : 0);
