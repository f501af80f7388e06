#!/usr/bin/perl
# random-undo.pl SEED N: N commands of every kind on the store $CRM_STORE. What it
# held after each is kept. An undo right behind a command brings back what was
# before it, an undo of that what was after it; any past moment can be asked for
# again; a second store that is given the feed holds the same.
use strict;
use warnings;
delete $ENV{CRM_NOW};
my ($seed, $n) = @ARGV;
srand $seed;
my $store = $ENV{CRM_STORE};
my ($other, $clock, $made, $seen) = ("$store.other", 1_767_225_600, 0, 0);
my (%live, @past);
my @cities = qw(Athens Patras Volos);
my @stages = qw(new qualified proposal negotiation won lost);

sub pick { return $_[rand @_] }

sub stamp {
	my @t = gmtime shift;
	return sprintf '%04d-%02d-%02dT%02d:%02d:%02dZ', $t[5] + 1900,
	    $t[4] + 1, @t[3, 2, 1, 0];
}

# Exit status 3 is an answer: something was refused, the rest was done.
sub run {
	my ($input, @cmd) = @_;
	$clock += 1 + int rand 5000;
	my $cmd = join ' ', @cmd, '--now', stamp($clock);
	open my $p, '|-', "$cmd >/dev/null 2>err" or die;
	local $SIG{PIPE} = 'IGNORE';
	print $p $input;
	close $p;
	my $is = $? >> 8;
	return $is if ($? & 127) == 0 && ($is == 0 || $is == 3);
	open my $e, '<', 'err';
	die "$cmd: status $?: ", <$e>, "input: $input\n";
}

# All records but their revisions, which go on.
sub state {
	my ($args, $of) = @_;
	my $all = `crm-find any $args @{[$of ? "-s $of" : '']}`;
	die "crm-find any $args: $?" if $?;
	$all =~ s/"rev":\d+,//g;
	return $all;
}

sub some {
	my ($type) = @_;
	my @ids = grep { $live{$_} eq $type } sort keys %live;
	return @ids ? pick(@ids) : undef;
}

sub ref_to {
	my ($field, $type) = @_;
	my $id = some($type);
	return $id ? qq(,"$field":"$id") : '';
}

sub record {
	my $type = pick(qw(contact contact contact account deal activity lead ticket list));
	my $id = substr($type, 0, 3) . ++$made;
	my $who = qq(,"name":"Name ) . int(rand 20) . qq(","emails":["n) . int(rand 30) . '@example.com"]';
	my $in = some('contact');
	my %more = (
	    contact => $who . qq(,"address":{"city":"@{[pick(@cities)]}"}) . ref_to('account', 'account') .
		(rand() < 0.2 ? qq(,"ext":{"x":"@{[int rand 40]}"}) : ''),
	    lead => $who . qq(,"company":"Company @{[int rand 5]}"),
	    account => qq(,"name":"Account $made"),
	    deal => qq(,"name":"Deal $made","stage":"@{[pick(@stages)]}","amount":"@{[int rand 1000]}.50","currency":"EUR") .
		ref_to('account', 'account') . ($in ? qq(,"contacts":["$in"]) : ''),
	    activity => ',"kind":"call"' . ref_to('contact', 'contact') . ref_to('deal', 'deal'),
	    ticket => ',"subject":"broken"' . ref_to('contact', 'contact'),
	    list => qq(,"name":"list$made") . ($in ? qq(,"members":["$in"]) : ''));
	return qq({"type":"$type","id":"$id"$more{$type}}\n);
}

sub edit {
	my $id = pick(sort keys %live);
	my %set = (contact => [ "title=T$made", 'address.city=' . pick(@cities), 'tags+=vip', 'tags-=vip', 'account=',
		'attach@=file', (some('account') ? 'account=' . some('account') : 'title='),
		(some('list') ? 'list+=' . some('list') : 'title=X') ],
	    deal => [ 'stage=' . pick(@stages), 'amount+=10', 'close_date=+7d' ], ticket => [ 'status=' . pick(qw(open solved)) ]);
	return ('', 'crm-edit -q', $id, pick(@{ $set{ $live{$id} } // ["notes=n$made"] }));
}

sub merge {
	my $type = pick('contact', 'account');
	my ($keep, $lose) = (some($type), some($type));
	return if !$keep || $keep eq $lose;
	return (qq({"keep":"$keep","merge":["$lose"]}\n), 'crm-merge -q');
}

sub old_txn {
	my @txn = `crm-history log -f txn -F values`;
	chomp @txn;
	return pick(@txn);
}

sub command {
	my $r = rand;
	return (join('', map { record() } 1 .. 1 + rand 4), 'crm-add -q') if !%live || $r < 0.3;
	return edit() if $r < 0.5;
	if ($r < 0.56) {
		my $id = some('contact') or return;
		return (qq({"type":"contact","id":"$id","name":"Upsert $made","title":null}\n), 'crm-add -q --upsert id');
	}
	return ('', 'crm-rm -q', pick('--cascade', '--unlink', ''), pick(sort keys %live)) if $r < 0.66;
	return merge() if $r < 0.75;
	if ($r < 0.8) {
		my $id = some('lead') or return;
		return ('', 'crm-convert -q', $id);
	}
	return ('', 'crm-history undo -q', old_txn()) if $r < 0.9;
	if ($r < 0.97) {
		my ($time) = @{ pick(@past) };
		my $id = pick(sort keys %live);
		return ('', 'crm-history restore -q', $id, '--at', stamp($time),
		    rand() < 0.5 ? $live{$id} eq 'contact' ? '-f title,tags,city' : '-f notes' : ());
	}
	my $in = "ID,Name,City\n" . join '', map { 'imp' . ++$made . ",Import $made,@{[pick(@cities)]}\n" } 1 .. 20;
	return ($in, "sh -c 'crm-import -q -p csv -t contact | crm-add -q \"\$@\"' -");
}

sub differ {
	my ($what, $want, $got) = @_;
	return if $want eq $got;
	open my $a, '>', 'want';
	print $a $want;
	open my $b, '>', 'got';
	print $b $got;
	close $a;
	close $b;
	die "$what\n", `diff want got | cut -c 1-300 | head -n 20`;
}

# What a command did is undone, and done again.
sub there_and_back {
	my ($what, $before, $after) = @_;
	return if run('', 'crm-history undo -q last');	# a key was freed and is taken
	differ("undo of: $what", $before, state(''));
	run('', 'crm-history undo -q last');
	differ("undo of the undo of: $what", $after, state(''));
}

sub feed {
	my $lines = `crm-history feed --since $seen --end`;
	$lines =~ s/^\{"_end":\d+,"_rev":(\d+)\}\n\z//m or die 'no end';
	$seen = $1;
	run($lines, "crm-history apply -q -s $other");
	my $refused = join '', grep { !/which is not there; the record is kept|: warning: / } `cat err`;
	die "apply refuses a line\n$refused" if $refused;
	differ('the other store', state('--sort id'), state('--sort id', $other));
}

system("crm init -q -s $other") == 0 or die;
system('echo text >file');
for (1 .. $n) {
	my ($input, @cmd) = command() or next;
	next unless @cmd;
	my $before = state('');
	run($input, @cmd);
	my $after = state('');
	if ($before ne $after) {
		push @past, [$clock, $after];
		open my $l, '>>', 'commands';
		print $l "@cmd $input\n";
		there_and_back("@cmd", $before, $after) if rand() < 0.4;
		%live = map { /"id":"([^"]+)","type":"([^"]+)"/ ? ($1, $2) : () } split /\n/, $after;
		feed() if rand() < 0.1;
	}
	next if rand() > 0.1 || !@past;
	my $p = pick(@past);
	differ('as of ' . stamp($p->[0]), $p->[1], state('--as-of ' . stamp($p->[0])));
}
feed();
