"""What is known elsewhere, as entities would be declared: tables of people, exports of other programs, a controller."""
