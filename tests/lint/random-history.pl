#!/usr/bin/perl
# random-history.pl SEED N: does N changes of records in the store $CRM_STORE by
# the programs and in a model, and compares both as of random times.
use strict;
use warnings;
delete $ENV{CRM_NOW};
my ($seed, $n) = @ARGV;
srand $seed;
my @titles = qw(CEO CTO CFO clerk);
my @cities = qw(Athens Patras Volos);
# id -> fields; [time, {id => [before, after]}, {ids merged or unmerged there}];
# merged id -> which of @log did that
my (%now, @log, %merged);
my $clock = 1_700_000_000;

sub stamp {
	my @t = gmtime shift;
	return sprintf '%04d-%02d-%02dT%02d:%02d:%02dZ', $t[5] + 1900,
	    $t[4] + 1, @t[3, 2, 1, 0];
}

sub line {
	my ($id, $f) = @_;
	return join '', '{"id":"', $id, '"',
	    (map { defined $f->{$_} ? qq(,"$_":"$f->{$_}") : '' } qw(name title)),
	    defined $f->{city} ? qq(,"address.city":"$f->{city}") : '', '}';
}

sub run {
	my ($input, $status, @cmd) = @_;
	open my $p, '|-', "@cmd >/dev/null 2>err" or die;
	print $p $input;
	close $p;
	my $is = $? >> 8;
	return if $? == 0 && $status == 0 || $is == $status;
	open my $e, '<', 'err';
	die "@cmd: exit status $is, not $status: ", <$e>, "input: $input\n";
}

# The model's side of a command: what each record becomes.
sub commit {
	my ($change) = @_;
	my %c;
	for my $id (keys %$change) {
		my ($was, $is) = ($now{$id}, $change->{$id});
		next if ($was ? line($id, $was) : '') eq ($is ? line($id, $is) : '');
		$c{$id} = [$was, $is];
		if ($is) { $now{$id} = $is } else { delete $now{$id} }
	}
	push @log, [$clock, \%c] if %c;
	return scalar keys %c;
}

sub same { return ($_[1] ? line($_[0], $_[1]) : '') eq ($_[2] ? line($_[0], $_[2]) : '') }

sub some {
	my @ids = sort keys %now;
	my %pick = map { $ids[rand @ids] => 1 } 1 .. 1 + rand 4;
	return sort keys %pick;
}

# A merged record answers with its survivor: only the undoing of its merge knows
# it by itself.
sub hidden {
	my ($t) = @_;
	return grep { defined $merged{$_} && $merged{$_} != $t } keys %{ $log[$t][1] };
}

# Was it a merge, no undoing of one: did it take records away?
sub is_merge {
	my ($t) = @_;
	return grep { defined $log[$t][1]{$_}[0] } keys %{ $log[$t][2] // {} };
}

sub undo {
	my $t = rand() < 0.5 ? $#log : int rand @log;
	return 0 if hidden($t);
	my (%change, $left);
	while (my ($id, $c) = each %{ $log[$t][1] }) {
		next if same($id, $now{$id}, $c->[0]);
		if (same($id, $now{$id}, $c->[1])) { $change{$id} = $c->[0]; next }
		$left = 1;
		next unless $now{$id} && $c->[0] && $c->[1] && is_merge($t);
		my %f = %{ $now{$id} };	# a merge is taken apart field by field
		for (qw(name title city)) {
			next if ($f{$_} // '') ne ($c->[1]{$_} // '');
			if (defined $c->[0]{$_}) { $f{$_} = $c->[0]{$_} } else { delete $f{$_} }
		}
		$change{$id} = \%f unless same($id, $now{$id}, \%f);
	}
	run('', $left ? 3 : 0, 'crm-history undo -q --now', stamp($clock), $t + 1);
	my $n = commit(\%change);
	for my $id (keys %change) {	# undone merges, undone undoings of them
		delete $merged{$id} if $now{$id};
		$merged{$id} = $#log if !$now{$id} && $log[$t][2] && $log[$t][2]{$id};
	}
	$log[-1][2] = { map { $_ => 1 } grep { $log[$t][2]{$_} } keys %change } if $n && $log[$t][2];
	return $n;
}

sub state_at {
	my ($time) = @_;
	my %s;
	for my $l (@log) {
		last if $l->[0] > $time;
		for my $id (keys %{ $l->[1] }) {
			my $is = $l->[1]{$id}[1];
			if ($is) { $s{$id} = $is } else { delete $s{$id} }
		}
	}
	return \%s;
}

sub ask { my @l = split /\n/, `@_`; die "@_: $?" if $?; return join "\n", sort @l }

sub compare {
	my $time = rand() < 0.2 ? $clock : 1_700_000_000 + int rand($clock - 1_700_000_000 + 10);
	my ($s, $at) = (state_at($time), stamp($time));
	my $city = $cities[rand @cities];
	my $all = join "\n", sort map { line($_, $s->{$_}) } keys %$s;
	my @in = grep { ($s->{$_}{city} // '') eq $city } keys %$s;
	my $f = '-f id,name,title,address.city';
	my %want = (
	    "crm-find contact --as-of $at $f" => $all,
	    "crm-export -a -t contact -F jsonl --as-of $at $f" => $all,
	    "crm-find contact city:$city --as-of $at $f" =>
		join("\n", sort map { line($_, $s->{$_}) } @in),
	    "crm-find --count contact not city:$city --as-of $at" => keys(%$s) - @in,
	    "crm-report -t contact --count -F jsonl --as-of $at" =>
		%$s ? '{"count":' . keys(%$s) . '}' : undef);
	for my $cmd (sort keys %want) {
		next unless defined $want{$cmd};
		my $got = ask($cmd);
		die "$cmd\n--- model\n$want{$cmd}\n--- store\n$got\n" if $got ne $want{$cmd};
	}
}

my $made = 0;
for (my $done = 0; $done < $n;) {
	$clock += 1 + int rand 100;
	my ($what, %c) = (rand);
	my $at = '--now ' . stamp($clock);
	if (!%now || $what < 0.3) {
		my $in = '';
		for (1 .. 1 + rand 4) {
			my $id = 'c' . ++$made;
			my $f = { name => "Name $made", city => $cities[rand @cities] };
			$c{$id} = $f;
			$in .= qq({"type":"contact","id":"$id","name":"$f->{name}","address":{"city":"$f->{city}"}}\n);
		}
		run($in, 0, 'crm-add -q', $at);
		$done += commit(\%c);
	} elsif ($what < 0.6) {
		my $title = $titles[rand @titles];
		my @ids = some();
		$c{$_} = { %{ $now{$_} }, title => $title } for @ids;
		run('', 0, 'crm-edit -q', $at, @ids, "title=$title");
		$done += commit(\%c);
	} elsif ($what < 0.7) {
		my @ids = some();
		my $city = $cities[rand @cities];
		$c{$_} = { %{ $now{$_} }, city => $city } for @ids;
		run(join('', map { qq({"type":"contact","id":"$_","address":{"city":"$city"}}\n) } @ids),
		    0, 'crm-add -q --upsert id', $at);
		$done += commit(\%c);
	} elsif ($what < 0.73) {
		my @ids = some();
		next if @ids < 2;
		my ($keep, @lose) = @ids;
		my ($title, $city) = ($titles[rand @titles], $cities[rand @cities]);
		$c{$keep} = { name => "Merged $clock", title => $title, city => $city };
		$c{$_} = undef for @lose;
		run(qq({"keep":"$keep","merge":[) . join(',', map { qq("$_") } @lose) .
		    qq(],"set":{"name":"Merged $clock","title":"$title","address":{"city":"$city"}}}\n),
		    0, 'crm-merge -q', $at);
		$done += commit(\%c);
		$merged{$_} = $#log for @lose;
		$log[-1][2] = { map { $_ => 1 } @lose };
	} elsif ($what < 0.76) {
		my $in = "ID,Name,City\n";
		for (1 .. 5 + rand 40) {
			my $id = 'c' . ++$made;
			$c{$id} = { name => "Import $made", city => $cities[rand @cities] };
			$in .= "$id,Import $made,$c{$id}{city}\n";
		}
		run($in, 0, "sh -c 'crm-import -p csv -t contact | crm-add -q $at'");
		$done += commit(\%c);
	} elsif ($what < 0.82) {
		my @ids = some();
		$c{$_} = undef for @ids;
		run('', 0, 'crm-rm -q', $at, @ids);
		$done += commit(\%c);
	} elsif ($what < 0.93 && @log) {
		$done += undo() || 1;
	} elsif (@log) {
		my $l = $log[rand @log];
		my ($id) = sort keys %{ $l->[1] };
		next if defined $merged{$id};
		my $then = state_at($l->[0])->{$id};
		run('', $then ? 0 : 3, 'crm-history restore -q', $at, $id, '--at', stamp($l->[0]));
		$done += commit($then ? { $id => $then } : {}) || 1;
	}
	compare() if rand() < 0.1;
}
compare() for 1 .. 10;
