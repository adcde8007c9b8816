"""What every chapter stands on: action, flow, clause, audit, errors, money, calendar, notices."""
