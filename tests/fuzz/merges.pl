#!/usr/bin/perl
# Random merges of merges, edits between them, undone in any order, against a
# model: who leads where, and what every record said before. Prints what went
# wrong, exit 1. usage: merges.pl SEED ROUNDS
use strict;
use warnings;
use JSON::PP;

my ($seed, $rounds) = @ARGV;
srand($seed);
my $json = JSON::PP->new->canonical->utf8;
my %parent;	# merged id -> survivor
my (%was, @bad);

sub run {
	my ($input, @cmd) = @_;
	open(my $f, '>', 'in.tmp') or die;
	print $f $input;
	close $f;
	my $line = join(' ', map { "'$_'" } @cmd);
	my $out = `$line <in.tmp 2>err.tmp`;
	my $rc = $? >> 8;
	return ($rc, $out);
}

sub pick { return $_[int(rand(@_))]; }
sub some { my $n = shift; return grep { rand() < $n } @_; }

sub root {
	my $id = shift;
	$id = $parent{$id} while exists $parent{$id};
	return $id;
}

sub records {
	my %r;
	for (`crm-find any`) {
		my $o = $json->decode($_);
		delete @$o{qw(rev updated)};
		for my $k (keys %$o) {
			$o->{$k} = [sort { $json->allow_nonref->encode($a) cmp
			    $json->allow_nonref->encode($b) } @{$o->{$k}}]
			    if ref $o->{$k} eq 'ARRAY';
		}
		$r{$o->{id}} = $o;
	}
	return \%r;
}

my @kinds = ('contact', 'contact', 'contact', 'account', 'product', 'deal',
    'list');
my @c = map { "c$_" } 1 .. 7;
my @a = map { "a$_" } 1 .. 4;
my @p = map { "p$_" } 1 .. 3;
my %of = (contact => \@c, account => \@a, product => \@p,
    deal => [map { "d$_" } 1 .. 6], list => ['l1', 'l2']);
my %merges = map { $_ => 1 } keys %of;
my @lines;
sub line { push @lines, { @_ }; }
for my $id (@a) {
	line(type => 'account', id => $id, name => "Company $id",
	    domain => "$id.example", some(.5, 1) ? (parent => pick(grep { $_ ne $id } @a)) : (),
	    some(.5, 1) ? (tax_id => "T$id") : (),
	    some(.4, 1) ? (emails => ["$id\@x.example"]) : (),
	    ext => { crm => "x$id" });
}
for my $id (@p) {
	line(type => 'product', id => $id, name => "Product $id", sku => "s$id");
}
for my $id (@c) {
	line(type => 'contact', id => $id, name => "Name $id",
	    some(.6, 1) ? (title => pick('CEO', 'CFO', "T$id")) : (),
	    some(.6, 1) ? (account => pick(@a)) : (),
	    some(.4, 1) ? (address => { city => pick('Athens', 'Oslo'), country => 'GR',
	    some(.5, 1) ? (street => "Street $id") : () }) : (),
	    some(.3, 1) ? (do_not_call => JSON::PP::true) : (),
	    some(.3, 1) ? (own_field => "own of $id", raw => { Column => "c$id" }) : (),
	    some(.3, 1) ? (attachments => [{ sha256 => sprintf('%064d', substr($id, 1)), name => "$id.txt" }]) : (),
	    some(.5, 1) ? (notes => "note of $id") : (),
	    ext => { hubspot => "h$id", some(.3, 1) ? (zoho => "z$id") : () },
	    emails => ["$id\@x.example", some(.5, 'both@x.example')],
	    tags => [some(.5, 'vip', 'new', 'old'), "t$id"]);
}
for my $i (1 .. 6) {
	line(type => 'deal', id => "d$i", name => "Deal $i",
	    stage => pick('new', 'qualified', 'proposal'),
	    some(.7, 1) ? (amount => "$i.50", some(.8, 1) ? (currency =>
	    pick('EUR', 'USD', 'JPY')) : ()) : (),
	    account => pick(@a), contacts => [some(.5, @c)],
	    items => [{ product => pick(@p), quantity => $i }]);
	line(type => 'activity', id => "t$i", kind => 'call',
	    contact => pick(@c), account => pick(@a), subject => "s$i");
	line(type => 'link', id => "k$i", from => pick(@c), to => pick(@c),
	    role => "role $i");
	line(type => 'purchase', id => "b$i", contact => pick(@c),
	    amount => '5.00', currency => pick('EUR', 'USD'),
	    items => [map { { product => $_, quantity => 1 } } some(.6, @p)]);
}
for my $i (1 .. 3) {
	my @who = (contact => pick(@c), account => pick(@a));
	line(type => 'ticket', id => "ti$i", subject => "t$i", @who,
	    status => 'open', priority => 'low');
	line(type => 'contract', id => "co$i", name => "c$i", @who);
	line(type => 'invoice', id => "in$i", number => "n$i", @who[2, 3],
	    items => [{ product => pick(@p), quantity => $i }]);
	line(type => 'survey', id => "su$i", contact => $who[1], score => $i,
	    kind => 'nps', ticket => "ti$i");
	line(type => 'points', id => "po$i", contact => $who[1], points => $i);
	line(type => 'competitor', id => "cm$i", name => "Comp $i",
	    customers => [some(.5, @a)]);
	line(type => 'campaign', id => "ca$i", name => "Camp $i");
	line(type => 'member', id => "me$i", campaign => "ca$i", @who[0, 1],
	    status => 'sent');
	line(type => 'lead', id => "le$i", name => "Lead $i", converted => {
	    contact => $who[1], account => $who[3], deal => "d$i" });
}
line(type => 'list', id => 'l1', name => 'spring', members => [some(.7, @c)]);
line(type => 'list', id => 'l2', name => 'autumn', members => [@c]);
my $n = 0;
for my $id (@c) {
	line(type => 'consent', id => 'n' . ++$n, contact => $id,
	    purpose => 'news', channel => 'email', status =>
	    pick('granted', 'denied', 'withdrawn'),
	    at => "2026-01-0${n}T00:00:00Z") if rand() < .6;
}
my ($rc) = run(join('', map { $json->encode($_) . "\n" } @lines),
    'crm-add', '-q');
die "cannot add\n" . `cat err.tmp` if $rc;
my $start = records();
my %model = map { $_ => $json->decode($json->encode($start->{$_})) }
    keys %$start;
my %own = map { $_ => 1 } keys %model;

# Every id in a reference of the model, where it leads.
sub lead {
	my $v = shift;
	return $v if !defined $v;
	if (ref $v eq 'ARRAY') {
		my %seen;
		return [sort { $json->allow_nonref->encode($a) cmp
		    $json->allow_nonref->encode($b) } grep {
		    ref $_ || !$seen{$_}++ } map { lead($_) } @$v];
	}
	if (ref $v eq 'HASH') {
		return { map { $_ => $_ =~ /^(product|contact|account|deal)$/ ?
		    lead($v->{$_}) : $v->{$_} } keys %$v };
	}
	return root($v);
}

my @refs = qw(contact contacts account from to members items customers
    campaign ticket converted);
my %said = map { $_->{contact} => $_->{status} } grep {
    $_->{type} eq 'consent' } values %model;
my @distinct;

sub same_group {
	my ($x, $y, @ids) = @_;
	my %in = map { root($_) => 1 } @ids;
	return $in{root($x)} && $in{root($y)};
}

# What the programs answer: old ids and keys lead on, nobody who refused may be
# written to.
sub ask {
	my $what = shift;
	my $id = pick(@c, @a);
	my ($rc, $out) = run('', 'crm-find', 'any', "id:$id", '-F', 'ids');
	push @bad, "$what: id:$id finds $out" if $out ne root($id) . "\n";
	my $a = pick(@a);
	($rc, $out) = run('', 'crm-find', 'account', "domain:$a.example", '-F',
	    'ids');
	push @bad, "$what: domain of $a finds $out" if $out ne root($a) . "\n";
	($rc, $out) = run('', 'crm-find', 'contact', "ext.hubspot:h$c[0]", '-F',
	    'ids');
	push @bad, "$what: ext of $c[0] finds $out" if $out ne root($c[0]) . "\n";
	my %may = map { chomp; $_ => 1 } `crm-find contact | crm-consent --purpose news --channel email --at 2026-11-25T12:00:00Z -F ids`;
	for (keys %said) {
		push @bad, "$what: $_ said $said{$_}, " . root($_) . " may"
		    if $said{$_} ne 'granted' && $may{root($_)};
	}
}

sub check {
	my $what = shift;
	my $now = records();
	for my $id (sort keys %model) {
		my $m = $model{$id};
		if (exists $parent{$id}) {
			push @bad, "$what: $id is there" if $now->{$id};
			next;
		}
		push @bad, "$what: $id is gone" if !$now->{$id};
		next if !$now->{$id} || $merges{$m->{type}};
		for my $f (@refs) {
			next if !exists $m->{$f};
			my $want = $json->allow_nonref->encode(lead($m->{$f}));
			my $have = $json->allow_nonref->encode($now->{$id}{$f});
			push @bad, "$what: $id.$f is $have, not $want"
			    if $want ne $have;
		}
		push @bad, "$what: role of $id" if exists $m->{role} &&
		    $m->{role} ne ($now->{$id}{role} // '');
	}
	# What people put on a record is on it, or on what it was merged into.
	for my $id (keys %model) {
		next if !$merges{$model{$id}{type}};
		my $r = $now->{root($id)} or next;
		for my $f (qw(contacts members)) {
			my %have = map { $_ => 1 } @{$r->{$f} || []};
			for (@{lead($model{$id}{$f} || [])}) {
				push @bad, "$what: $f of $id lost $_ ($r->{id})"
				    if !$have{$_};
			}
		}
		for my $f (qw(emails tags)) {
			my %have = map { $_ => 1 } @{$r->{$f} || []};
			for (@{$model{$id}{$f} || []}) {
				push @bad, "$what: $f of $id lost $_ ($r->{id})"
				    if !$have{$_};
			}
		}
	}
	return $now;
}

my @merges;
my $tag = 0;
for (1 .. $rounds) {
	my $kind = pick(@kinds);
	my @live = grep { !exists $parent{$_} } @{$of{$kind}};
	my $what = rand();
	if ($what < .55 && @live > 1) {
		my ($keep, @go) = sort { rand() <=> .5 } @live;
		@go = @go[0 .. (rand() < .3 && @go > 1 ? 1 : 0)];
		my ($rc, $out) = run($json->encode({ keep => $keep,
		    merge => \@go }), 'crm-merge');
		my $no = grep { same_group(@$_, $keep, @go) } @distinct;
		push @bad, "merge of @go into $keep: $rc, not " .
		    ($no ? 3 : 0) . ' ' . `cat err.tmp` if $rc != ($no ? 3 : 0);
		next if $rc;
		my $txn = $json->decode($out)->{_merge};
		$parent{$_} = $keep for @go;
		push @merges, { txn => $txn, keep => $keep, go => [@go] };
		check("after merge $txn of @go into $keep");
		ask("after merge $txn of @go into $keep");
	} elsif ($what < .75 && @merges) {
		my $i = int(rand(@merges));
		my $m = splice(@merges, $i, 1);
		my ($rc) = run('', 'crm-merge', '-q', '--undo', $m->{txn});
		push @bad, "undo $m->{txn} failed: $rc " . `cat err.tmp` if $rc;
		delete $parent{$_} for @{$m->{go}};
		check("after undo $m->{txn} of @{$m->{go}} into $m->{keep}");
		ask("after undo $m->{txn} of @{$m->{go}} into $m->{keep}");
	} elsif ($what < .78) {
		my ($x, $y) = (pick(@c), pick(@c));
		next if root($x) eq root($y) || @distinct > 2;
		my ($rc) = run($json->encode({ distinct => [$x, $y] }),
		    'crm-merge', '-q');
		push @bad, "distinct $x $y: $rc" if $rc;
		push @distinct, [$x, $y];
	} elsif ($what < .85) {
		my $id = pick(grep { !exists $parent{$_} } @c);
		$tag++;
		run('', 'crm-edit', '-q', $id, "tags+=u$tag");
		push @{$model{$id}{tags}}, "u$tag";
	} elsif ($what < .9) {
		my $id = 't' . (1 + int(rand(6)));
		$tag++;
		run('', 'crm-edit', '-q', $id, "subject=u$tag");
		$model{$id}{subject} = "u$tag";
	} elsif ($what < .95) {
		my $id = pick(grep { !exists $parent{$_} } @c);
		$tag++;
		run('', 'crm-add', '-q', 'activity', "id=late$tag", 'kind=call',
		    'contact=' . pick($id, grep { root($_) eq $id } @c));
		$model{"late$tag"} = { type => 'activity', id => "late$tag",
			kind => 'call', contact => $id };
	} else {
		my $id = pick(grep { !exists $parent{$_} } @c);
		next if exists $parent{l1} || exists $parent{l2};
		my ($rc) = run('', 'crm-edit', '-q', 'l1', "members+=$id");
		$model{l1}{members} = [sort(@{$model{l1}{members} || []}, $id)]
		    if !$rc && !grep { root($_) eq $id } @{$model{l1}{members}};
	}
	last if @bad;
}
if (!@bad) {
	my $have = records();
	run('', 'crm', 'backup', 'copy.jsonl');
	my ($rc) = run('', 'crm', '-s', 'copy', 'restore', '-q', 'copy.jsonl');
	push @bad, "restore failed: $rc " . `cat err.tmp` if $rc;
	local $ENV{CRM_STORE} = 'copy';
	push @bad, 'the copy differs' if !$rc && $json->encode($have) ne
	    $json->encode(records());
	ask('in the copy') if !$rc;
	run('', 'rm', '-rf', 'copy');
}
while (@merges && !@bad) {
	my $m = splice(@merges, int(rand(@merges)), 1);
	my ($rc) = run('', 'crm-merge', '-q', '--undo', $m->{txn});
	push @bad, "undo $m->{txn} failed: $rc " . `cat err.tmp` if $rc;
	delete $parent{$_} for @{$m->{go}};
	check("at the end, after undo $m->{txn} of @{$m->{go}} into $m->{keep}");
}
if (!@bad) {
	my $end = records();
	for my $id (sort keys %$end) {
		my $want = $model{$id};
		push @bad, "at the end: $id is new" if !$want;
		next if !$want;
		my %w = %$want;
		my %h = %{$end->{$id}};
		delete $_->{created} for \%w, \%h;
		for (\%w, \%h) {
			for my $k (keys %$_) {
				$_->{$k} = [sort { $json->allow_nonref->encode($a) cmp
				    $json->allow_nonref->encode($b) } @{$_->{$k}}]
				    if ref $_->{$k} eq 'ARRAY';
			}
		}
		my ($x, $y) = ($json->encode(\%w), $json->encode(\%h));
		push @bad, "at the end: $y\n  should be $x" if $x ne $y;
	}
}
if (!@bad) {
	my ($rc, $out) = run('', 'crm', 'verify');
	push @bad, "verify: $out" if $rc;
}
print "seed $seed: $_\n" for @bad;
exit(@bad ? 1 : 0);
