"""What is proved across sections: the rigging, the walks, the browser, the commands."""
